import { UserError } from '../../errors.js';
import { writtenTrials } from '../../store/query/where-ids.js';
import type { FoundId, SweepReader } from '../../store/store.js';
import { rankedTrials } from '../ranking/trial-results.js';

/** A run, or a configuration with the sweep in which it has been found by its rank. */
export interface Found extends FoundId {
  /** Its name in tables: `flows#3` for `#3`. */
  readonly name: string;
}

/** `#3`, `flows#3`, `best`. */
const RANK = /^(?<sweep>[^#]*)#(?<rank>.*)$/;

/**
 * What a word from a table refers to: a rank (`#3` or `best` in the latest sweep, or in `sweep`; `flows#3` in another), or the start of the
 * id of a run or a trial. Throws UserError for what is unknown or ambiguous.
 */
export async function findByWord(reader: SweepReader, word: string): Promise<Found> {
  const ranked = await findRanked(reader, word);
  if (ranked !== null) return ranked;
  const found = await reader.find(word);
  if (found !== null) return { ...found, name: word };
  const isSweep = (await reader.sweeps()).some(({ name }) => name === word);
  throw new UserError(`there is no run or trial whose id starts with "${word}"`, {
    fix: isSweep
      ? `${word} is a sweep: ${word}#1 is its best configuration.`
      : '`focalsweep report` lists trials, `focalsweep query` runs.',
  });
}

/** The configuration with that rank, in `sweep` or the latest if the word names no sweep; null for words of another kind. */
export async function findRanked(reader: SweepReader, word: string, sweep?: string): Promise<Found | null> {
  const written = RANK.exec(word === 'best' ? '#1' : word)?.groups;
  if (written === undefined) return null;
  const { name, metric } = await reader.sweep(written.sweep || sweep);
  const facts = { trials: await reader.trials(name), runs: await reader.runs(name) };
  const ranked = rankedTrials(facts, metric);
  const found = /^[1-9]\d*$/.test(written.rank ?? '') ? ranked[Number(written.rank) - 1] : undefined;
  if (found === undefined) {
    throw new UserError(`${name} has no rank "${word}"`, {
      fix:
        ranked.length === 0 ? 'None of its runs has finished yet.' : `Its ranks are #1 to #${ranked.length}.`,
    });
  }
  return { kind: 'trial', id: found.trial.trialId, name: `${name}#${written.rank}` };
}

/** The ranks that a `--where` expression names instead of trial ids, with their trials. */
export async function ranksIn(
  reader: SweepReader,
  where: string,
  sweep?: string,
): Promise<readonly (readonly [word: string, found: Found])[]> {
  const ranks: (readonly [string, Found])[] = [];
  for (const word of new Set(writtenTrials(where))) {
    const found = await findRanked(reader, word, sweep);
    if (found !== null) ranks.push([word, found]);
  }
  return ranks;
}
