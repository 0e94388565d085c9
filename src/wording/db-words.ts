import { shellWord } from './shell-word.js';

/** What commands read and write that name no database. */
export const DEFAULT_DB = 'results/focalsweep.db';

/** ` --db runs.db`, the end of a command that a reader may copy; nothing for the usual database, or for one that is not known. */
export function dbWords(db: string | undefined, usual = DEFAULT_DB): string {
  return db === undefined || db === usual ? '' : ` --db ${shellWord(db)}`;
}
