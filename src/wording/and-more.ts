/** `a, b and 3 more`: the first names of a list, and how many are left. */
export function andMore(names: readonly string[], most: number): string {
  const left = names.length - most;
  return names.slice(0, most).join(', ') + (left > 0 ? ` and ${left} more` : '');
}
