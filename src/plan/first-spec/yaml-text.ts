import { stringify } from 'yaml';
import { printable } from '../../wording/printable.js';

/** A value on one line of YAML, quoted where it must be. */
export function yamlValue(value: unknown): string {
  return stringify(value, {
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    lineWidth: 0,
    blockQuote: false,
    doubleQuotedAsJSON: true,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  }).trimEnd();
}

/** A line of comment; names of columns in it may hold anything. */
export function comment(text: string, indent = ''): string {
  return `${indent}# ${printable(text)}`;
}
