/** The spaces of configurations, each once, in their order: only null for a sweep without a list of spaces. */
export function spaceNames(
  of: readonly { readonly space?: string | null | undefined }[],
): readonly (string | null)[] {
  return [...new Set(of.map(({ space }) => space ?? null))];
}
