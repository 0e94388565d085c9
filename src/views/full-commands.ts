import { codeSpan, sentenceParts } from '../wording/code-span.js';
import { dbWords } from '../wording/db-words.js';

/** What analysis advises to run knows no database, and its commands name none. */
const READS_DATABASE = /^focalsweep (report|retry) /;

/** A sentence of the analysis whose commands name the database that a reader looks at. */
export function withFullCommands(sentence: string, db: string | undefined): string {
  return sentenceParts(sentence)
    .map(({ text, isCode }) => {
      if (!isCode) return text;
      return codeSpan(READS_DATABASE.test(text) ? `${text}${dbWords(db)}` : text);
    })
    .join('');
}
