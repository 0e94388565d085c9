import { EXIT, UserError } from '../errors.js';
import { dbWords } from '../wording/db-words.js';
import { didYouMean } from '../wording/did-you-mean.js';
import { shellWord } from '../wording/shell-word.js';
import type { Holder } from './keeper.js';
import { memoryName } from './server-address.js';
import type { SweepRecord } from './sweep-record.js';

// The errors that all stores share; `where` names the store.

/** The end of a command about a store; no command knows one in memory. */
export function storeWords(where: string): string {
  return memoryName(where) === undefined ? dbWords(where) : '';
}

export function unknownSweep(where: string, name: string, names: readonly string[]): UserError {
  return new UserError(`there is no sweep "${name}".${didYouMean(name, names)}`, {
    where,
    fix: `\`focalsweep sweeps${storeWords(where)}\` lists them.`,
  });
}

export function noSweepYet(where: string): UserError {
  return new UserError('the database has no sweep yet', {
    where,
    fix: `Launch one: \`focalsweep launch <spec>${storeWords(where)}\`.`,
  });
}

export function unknownRun(where: string, prefix: string): UserError {
  return new UserError(`there is no run whose id starts with "${prefix}"`, {
    where,
    fix: `\`focalsweep query${storeWords(where)}\` lists the runs.`,
  });
}

export function neverLaunched(where: string, sweep: string): UserError {
  return new UserError(`the sweep "${sweep}" was never launched`, {
    where,
    fix: `Launch it first: focalsweep launch <spec>${storeWords(where)}`,
  });
}

export function otherDataset(where: string, { name, dataset }: SweepRecord, known: string): UserError {
  return new UserError(
    `the sweep "${name}" has results of different data (fingerprint ${known.slice(0, 8)}, now ${dataset.fingerprint.slice(0, 8)})`,
    {
      where,
      fix: 'Choose another `name:` for the new data, or restore the table, the split and the rare classes as they were.',
    },
  );
}

/** The error for something that is kept beside the result of a run and cannot be trusted. */
export function damagedKept(where: string, what: 'logits' | 'model' | 'log', runId: string): UserError {
  const [verb, them] = what === 'logits' ? ['are', 'them'] : ['is', 'it'];
  return new UserError(`the database is damaged: the ${what} of run ${runId} ${verb} corrupt`, {
    where,
    fix: `\`focalsweep check --repair${storeWords(where)}\` removes ${them}; the result stays.`,
    exitCode: EXIT.database,
  });
}

export function heldByAnother(where: string, sweep: string, holder: Holder | undefined): UserError {
  return new UserError(`the sweep "${sweep}" is being trained by ${describeHolder(holder)}`, {
    where,
    fix: `Wait for it, or stop it: focalsweep stop ${shellWord(sweep)}${storeWords(where)}`,
    exitCode: EXIT.database,
  });
}

/** Another process has a sweep or a run now. */
export class LostClaimError extends UserError {}

export function takenOver(where: string, sweep: string, successor: Holder | undefined): LostClaimError {
  return new LostClaimError(
    `the sweep "${sweep}" was taken over by ${describeHolder(successor)} while this process did not respond; its late results were not written`,
    { where, fix: 'Nothing is lost: the other process continues.', exitCode: EXIT.database },
  );
}

export function nameTaken(where: string, name: string): UserError {
  return new UserError(`there is already a sweep "${name}"`, {
    where,
    fix: `Choose another name; \`focalsweep sweeps${storeWords(where)}\` lists those in use.`,
  });
}

/** A sweep of another store cannot be united with the one of that name here. */
export function otherSweep(where: string, name: string, difference: string): UserError {
  return new UserError(`both databases have a sweep "${name}", but ${difference}`, {
    where,
    fix: `Rename one of them first: focalsweep rename ${shellWord(name)} <new name>${storeWords(where)}`,
    exitCode: EXIT.database,
  });
}

/** Shards of one sweep that were trained by different engines: together they would be neither sweep. */
export function otherEngines(where: string, sweep: string, engines: readonly [string, string]): UserError {
  return new UserError(
    `shards of the sweep "${sweep}" were trained by different engines: ${engines[0]} here, ${engines[1]} in the other`,
    {
      where,
      fix: 'Name one that all machines have in the spec or with --engine, such as native/wasm, and launch all shards with it.',
      exitCode: EXIT.database,
    },
  );
}

/** Two stores contradict each other. */
export function mergeConflict(where: string, sweep: string, what: string): UserError {
  return new UserError(`conflict in the sweep "${sweep}": ${what} differs between the databases`, {
    where,
    fix: 'Nothing was merged. One of them is damaged, or was changed by another program: verify both with focalsweep check.',
    exitCode: EXIT.database,
  });
}

export function mergedWithItself(where: string): UserError {
  return new UserError('a database cannot be merged with itself', {
    where,
    fix: 'Name another database.',
    exitCode: EXIT.database,
  });
}

export function claimedByAnother(where: string, runId: string): LostClaimError {
  return new LostClaimError(
    `the run ${runId} was claimed by another process while this one did not respond; its late results were not written`,
    { where, fix: 'Nothing is lost: the other process trains it.', exitCode: EXIT.database },
  );
}

/** A holder in words; undefined is an unknown one. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return 'another process';
  const { pid, host, sinceMs } = holder;
  return `process ${pid} on ${host} (since ${new Date(sinceMs).toISOString().slice(0, 19).replace('T', ' ')} UTC)`;
}
