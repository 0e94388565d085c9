import { dirname, join } from 'node:path';
import { DEFAULT_DB } from '../options/options.js';

/** A sweep that was just trained. */
export interface TrainedSweep {
  readonly db: string;
  readonly sweep: string;
  readonly specFile: string;
  /** Whether its configurations have a γ. */
  readonly hasGamma: boolean;
  /** What to predict with, a rank or an aim; undefined if its weights are not in the database. */
  readonly best: string | undefined;
}

/** Where the results are and what to type next. */
export function nextCommands({ db, sweep, specFile, hasGamma, best }: TrainedSweep): string {
  const inDb = db === DEFAULT_DB ? '' : ` --db ${shellWord(db)}`;
  const which = `${shellWord(sweep)}${inDb}`;
  return [
    `\nResults are in ${db}. Next:`,
    `  npx focalsweep report ${which} --format html --open`,
    `  npx focalsweep suggest ${which} > ${shellWord(join(dirname(specFile), 'next.yaml'))}`,
    `  npx focalsweep query ${which} --where "${hasGamma ? 'gamma >= 2' : 'rare_recall > 0'}" --sort -rare_recall --limit 10`,
    ...(best === undefined
      ? []
      : [`  npx focalsweep predict ${shellWord(`${sweep}#${best}`)} new.csv${inDb}`]),
  ].join('\n');
}

/** A word, quoted if a shell would split or expand it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word.replace(/["$`\\]/g, '\\$&')}"`;
}
