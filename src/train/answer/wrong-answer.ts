import { UserError } from '../../errors.js';
import { printable } from '../../wording/printable.js';

const LONGEST_QUOTE = 60;

/** The error for an answer that cannot be used: where it is, what is wrong, and what to do about it. */
export function wrongAnswer(where: string, what: string, fix?: string): UserError {
  return new UserError(`${where}: ${what}`, { fix });
}

/** A text or another value of a program as people can read it, on one line, and not all of it. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : described(value);
  return printable(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}

function described(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value !== null && (typeof value === 'object' || typeof value === 'function')
    ? 'an object'
    : String(value);
}
