import { PART, type RowGroups } from '../read/table.js';

/** The sentence about groups with rows in several splits that plans and reports repeat; none where there are none. */
export function spanningGroupsWarning({ columns, codes, count }: RowGroups, parts: Uint8Array): string[] {
  const firstPart = new Map<number, number>();
  const spanning = new Set<number>();
  parts.forEach((part, row) => {
    if (part === PART.dropped) return;
    const group = codes[row] as number;
    const first = firstPart.get(group) ?? part;
    firstPart.set(group, first);
    if (part !== first) spanning.add(group);
  });
  if (spanning.size === 0) return [];
  const names = columns.length === 1 ? columns[0] : `[${columns.join(', ')}]`;
  return [
    `${spanning.size} of ${count} groups of ${columns.join(' and ')} ${spanning.size === 1 ? 'has' : 'have'} rows in several splits: a model that knows a group from training looks better than it is. Give all rows of a group one split, or let \`split: {group: ${names}}\` divide them.`,
  ];
}
