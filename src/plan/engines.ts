const SEPARATOR = ', ';

/** The ids of trainers, each once, as a sweep is recorded with: `native/addon@3, trees@2`. */
export function engineText(engines: readonly string[]): string {
  return [...new Set(engines)].join(SEPARATOR);
}

/** The ids in such a text. */
export function enginesIn(text: string): readonly string[] {
  return text.split(SEPARATOR);
}
