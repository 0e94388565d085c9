import { dirname, join } from 'node:path';
import { dbWords } from '../../wording/db-words.js';
import { shellWord } from '../../wording/shell-word.js';

/** A sweep that was just trained. */
export interface TrainedSweep {
  readonly db: string;
  readonly sweep: string;
  readonly specFile: string;
  /** Whether it has strong focal losses, γ of 2 and more. */
  readonly isFocal: boolean;
  /** What to predict with, a rank or an aim; undefined if its weights are not in the database. */
  readonly best: string | undefined;
}

/** What trains the failed runs of a sweep again. */
export function retryWords(db: string, sweep: string): string {
  return `focalsweep retry ${shellWord(sweep)} --failed${dbWords(db)}`;
}

/** Where the results are and what to type next. */
export function nextCommands({ db, sweep, specFile, isFocal, best }: TrainedSweep): string {
  const inDb = dbWords(db);
  const which = `${shellWord(sweep)}${inDb}`;
  return [
    `\nResults are in ${db}. Next:`,
    `  npx focalsweep report ${which} --format html --open`,
    `  npx focalsweep suggest ${which} > ${shellWord(join(dirname(specFile), 'next.yaml'))}`,
    `  npx focalsweep query ${which} --where "${isFocal ? 'gamma >= 2' : 'rare_recall > 0'}" --sort -rare_recall --limit 10`,
    ...(best === undefined
      ? []
      : [`  npx focalsweep predict ${shellWord(`${sweep}#${best}`)} new.csv${inDb}`]),
  ].join('\n');
}
