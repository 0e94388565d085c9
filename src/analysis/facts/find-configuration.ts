import { UserError } from '../../errors.js';
import { runColumns } from '../../store/query/own-columns.js';
import { writtenTrials } from '../../store/query/where-ids.js';
import { storeWords } from '../../store/refusals.js';
import type { FoundId, SweepReader } from '../../store/store.js';
import { scoreTrials } from '../ranking/score-trials.js';
import { rankedTrials } from '../ranking/trial-results.js';
import { choosingOf, readScoreFacts } from './sweep-facts.js';

/** A run, or a configuration with the sweep in which it has been found by its rank. */
export interface Found extends FoundId {
  /** Its name in tables: `flows#3` for `#3`. */
  readonly name: string;
}

/** `#3`, `flows#3`, `best`, `#overall`, `flows#rare classes`. */
const RANK = /^(?<sweep>[^#]*)#(?<rank>.*)$/;

/**
 * What a word from a table refers to: a rank (`#3` or `best` in the latest sweep, or in `sweep`; `flows#3` in another), the choice for an
 * aim (`#rare classes`), or the start of the id of a run or a trial. Throws UserError for what is unknown or ambiguous.
 */
export async function findByWord(reader: SweepReader, word: string): Promise<Found> {
  const ranked = await findRanked(reader, word);
  if (ranked !== null) return ranked;
  const found = await reader.find(word);
  if (found !== null) return { ...found, name: word };
  const isSweep = (await reader.sweeps()).some(({ name }) => name === word);
  const db = storeWords(reader.where);
  throw new UserError(`there is no run or trial whose id starts with "${word}"`, {
    fix: isSweep
      ? `${word} is a sweep: ${word}#1 is its best configuration.`
      : `\`focalsweep report${db}\` lists trials, \`focalsweep query${db}\` runs.`,
  });
}

/** The configuration with that rank or chosen for that aim, in `sweep` or the latest if the word names no sweep; null for words of another kind. */
export async function findRanked(reader: SweepReader, word: string, sweep?: string): Promise<Found | null> {
  const written = RANK.exec(word === 'best' ? '#1' : word)?.groups;
  if (written === undefined) return null;
  const found = await reader.sweep(written.sweep || sweep);
  const { name, metric } = found;
  const rank = written.rank ?? '';
  const facts = { trials: await reader.trials(name), runs: await reader.runs(name) };
  const ranked = rankedTrials(facts, metric);
  if (ranked.length === 0) {
    throw new UserError(`${name} has no rank "${word}"`, { fix: 'None of its runs has finished yet.' });
  }
  const isRank = /^[1-9]\d*$/.test(rank);
  const aims = isRank ? [] : choosingOf(found).choose.map((aim) => aim.name);
  const trialId = isRank
    ? ranked[Number(rank) - 1]?.trial.trialId
    : aims.includes(rank)
      ? await chosenFor(reader, name, rank)
      : undefined;
  if (trialId !== undefined) return { kind: 'trial', id: trialId, name: `${name}#${rank}` };
  const ranks = `Its ranks are #1 to #${ranked.length}`;
  const others = aims.map((aim) => `#${aim}`).join(', ');
  if (aims.includes(rank)) {
    throw new UserError(`${name} has no choice for "${rank}"`, {
      fix: `No configuration surely keeps what this aim asks for; \`focalsweep report${storeWords(reader.where)}\` tells more. ${ranks}.`,
    });
  }
  throw new UserError(`${name} has no rank "${word}"`, {
    fix: isRank ? `${ranks}.` : `${ranks}, and its aims are ${others}.`,
  });
}

/** The trial that is chosen for an aim of the sweep's spec; undefined where none keeps its constraints. */
async function chosenFor(reader: SweepReader, sweep: string, aim: string): Promise<string | undefined> {
  const { chosen } = await scoreTrials(await readScoreFacts(reader, { sweep }));
  return chosen.find((own) => own.aim.name === aim)?.configuration?.trialId;
}

/** The ranks that a `--where` expression names instead of trial ids, with their trials. */
export async function ranksIn(
  reader: SweepReader,
  where: string,
  sweep?: string,
): Promise<readonly (readonly [word: string, found: Found])[]> {
  const ranks: (readonly [string, Found])[] = [];
  const columns = runColumns(await reader.ownParameters(sweep));
  for (const word of new Set(writtenTrials(where, columns))) {
    const found = await findRanked(reader, word, sweep);
    if (found !== null) ranks.push([word, found]);
  }
  return ranks;
}
