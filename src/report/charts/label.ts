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

/** Short names that stay apart from each other: equal ones get a number. */
export function shortNames(names: readonly string[], length: number): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const short = shorten(name, length);
    const count = (seen.get(short) ?? 0) + 1;
    seen.set(short, count);
    return count === 1 ? short : `${short} (${count})`;
  });
}

/** A metric's value for people: three decimals. */
export function figure(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '–';
}

/** A difference with its sign. */
export function signedFigure(value: number): string {
  return Number.isFinite(value) ? `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}` : '–';
}

/** `one`, `one and two`, `one, two and three`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
