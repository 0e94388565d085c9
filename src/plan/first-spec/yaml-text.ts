import { Document, visit } from 'yaml';
import { printable } from '../../wording/printable.js';

/** Line breaks, quotes and what cannot be seen. */
const NEEDS_ESCAPES = /[\p{C}"'\\]|(?! )\p{Z}/u;

/** A value on one line of YAML, quoted where it must be. */
export function yamlValue(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar: (_key, scalar) => {
      if (typeof scalar.value === 'string' && NEEDS_ESCAPES.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  const text = document.toString({
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    lineWidth: 0,
    blockQuote: false,
    doubleQuotedAsJSON: true,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  });
  return text.replace(/\n$/, '');
}

/** A line of comment; names of columns in it may hold anything. */
export function comment(text: string, indent = ''): string {
  return `${indent}# ${printable(text)}`;
}
