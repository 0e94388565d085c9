/** Code in a sentence, as Markdown has it: between more backticks than it has in a row. */
export function codeSpan(code: string): string {
  const ticks = fence(code, 1);
  const pad = code.startsWith('`') || code.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${code}${pad}${ticks}`;
}

/** At least so many backticks, and more than a text has in a row. */
export function fence(text: string, least: number): string {
  const longest = Math.max(least - 1, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  return '`'.repeat(longest + 1);
}

/** A part of a sentence; code is without its backticks. */
export interface SentencePart {
  readonly text: string;
  readonly isCode: boolean;
}

const SPAN = /(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/gs;

/** A sentence in its parts, code and what is between. */
export function sentenceParts(sentence: string): readonly SentencePart[] {
  const parts: SentencePart[] = [];
  let from = 0;
  for (const found of sentence.matchAll(SPAN)) {
    parts.push({ text: sentence.slice(from, found.index), isCode: false });
    const [whole, , code = ''] = found;
    parts.push({ text: /^ .*` $|^ `.* $/s.test(code) ? code.slice(1, -1) : code, isCode: true });
    from = found.index + whole.length;
  }
  parts.push({ text: sentence.slice(from), isCode: false });
  return parts.filter(({ text }) => text !== '');
}
