interface OfSpace {
  readonly space?: string | null | undefined;
}

/** Those of a space; of null, those of a sweep without a list of spaces. */
export function ofSpace<Item extends OfSpace>(of: readonly Item[], space: string | null): readonly Item[] {
  return of.filter((own) => (own.space ?? null) === space);
}

/** The spaces of configurations, each once, in their order: only null for a sweep without a list of spaces. */
export function spaceNames(of: readonly OfSpace[]): readonly (string | null)[] {
  return [...new Set(of.map(({ space }) => space ?? null))];
}
