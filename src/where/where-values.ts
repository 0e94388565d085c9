import { canonicalJson } from '../wording/canonical-json.js';
import type { ColumnKind } from './column-kind.js';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The values in columns of a kind, for messages. */
export const KIND_TEXTS: { readonly [kind in ColumnKind]: string } = {
  number: 'numbers',
  text: 'texts',
  alpha: 'numbers, words such as `balanced`, or schemes such as {"effective_number":0.999}',
  list: 'lists such as [128,64]',
  flag: '`true` and `false`',
};

/** A written value as stored in a column of the kind; undefined if such a column cannot contain it. */
export function columnValue(text: string, kind: ColumnKind): number | string | undefined {
  const isNumber = NUMBER.test(text);
  if (kind === 'number') return isNumber ? Number(text) : undefined;
  if (kind === 'text') return text;
  if (kind === 'flag') return /^(true|false)$/i.test(text) ? text.toLowerCase() : undefined;
  if (/^\s*[[{]/.test(text)) return canonicalText(text);
  if (kind === 'list') return undefined;
  return isNumber ? Number(text) : text;
}

/** JSON in the form of the columns, so that spaces and the order of keys do not matter. */
function canonicalText(json: string): string | undefined {
  try {
    return canonicalJson(JSON.parse(json));
  } catch {
    return undefined;
  }
}
