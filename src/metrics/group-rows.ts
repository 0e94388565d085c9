/** Row indices of every class, ascending. */
export function groupRows(labels: Int32Array | Uint16Array, classCount: number): Int32Array[] {
  const counts = new Int32Array(classCount);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  const groups = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    const group = groups[label] as Int32Array;
    const at = counts[label] as number;
    group[at] = row;
    counts[label] = at + 1;
  }
  return groups;
}
