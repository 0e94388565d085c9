import { distance } from 'fastest-levenshtein';

/** ` Did you mean "x"?` for the known word that a mistyped one is nearest to, or '' where none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  let nearest: string | undefined;
  let fewest = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      nearest = candidate;
    }
  }
  nearest ??= known.find((candidate) => word.length > 1 && candidate.includes(word.toLowerCase()));
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}
