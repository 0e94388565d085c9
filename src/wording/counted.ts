/** `1 seed`, `2 seeds`: a count with its noun, which agrees with it. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
