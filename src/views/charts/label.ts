const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A name that fits a chart: at most `length` user-perceived characters, the rest an ellipsis. */
export function shorten(text: string, length: number): string {
  const characters: string[] = [];
  for (const { segment } of GRAPHEMES.segment(text)) {
    if (characters.length === length) return `${characters.slice(0, -1).join('')}…`;
    characters.push(segment);
  }
  return text;
}

/** Short names that stay distinct: equal ones get a number. */
export function shortNames(names: readonly string[], length: number): readonly string[] {
  return apart(names.map((name) => shorten(name, length)));
}

function apart(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((short) => {
    const count = (seen.get(short) ?? 0) + 1;
    seen.set(short, count);
    return count === 1 ? short : `${short} (${count})`;
  });
}

/** How many characters at the end of a value are kept: values such as `{effective_number:0.999}` differ there. */
const VALUE_END = 7;

/** A knob's value that fits a chart: a long one loses its middle. */
export function shortValue(text: string, length: number): string {
  const characters = [...GRAPHEMES.segment(text)].map(({ segment }) => segment);
  if (characters.length <= length) return text;
  return `${characters.slice(0, length - VALUE_END - 1).join('')}…${characters.slice(-VALUE_END).join('')}`;
}

/** Short values that stay distinct. */
export function shortValues(values: readonly string[], length: number): readonly string[] {
  return apart(values.map((value) => shortValue(value, length)));
}

/** The approximate width of a chart label in pixels. */
export function textWidth(text: string): number {
  return 6.8 * [...GRAPHEMES.segment(text)].length;
}

/** `one`, `one and two`, `one, two and three`. */
export function wordList(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
