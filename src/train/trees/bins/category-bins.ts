import type { SharedDataset } from '../../../data/dataset.js';

/** How categories become bins. */
export interface CategoryBins {
  /** By code. */
  readonly bins: Uint8Array;
  readonly count: number;
  /** Whether the last bin is for all rows of the training rows that have no category, or one without a bin of its own. */
  readonly hasOther: boolean;
}

/** A bin for each category, or where there are too many of them for the most frequent ones. */
export function categoryBins(
  { features, featureCount, split }: SharedDataset,
  feature: number,
  { categories, most }: { readonly categories: number; readonly most: number },
): CategoryBins {
  const rows = new Uint32Array(categories);
  let rest = 0;
  for (const row of split.train) {
    const code = features[row * featureCount + feature] as number;
    if (code >= 0) rows[code] = (rows[code] as number) + 1;
    else rest++;
  }
  const isAll = categories + Number(rest > 0) <= most;
  const codes = Array.from(rows.keys());
  const kept = isAll
    ? codes
    : codes
        .sort((a, b) => (rows[b] as number) - (rows[a] as number) || a - b)
        .slice(0, Math.max(1, most - 1));
  const bins = new Uint8Array(categories).fill(kept.length);
  kept.forEach((code, bin) => {
    bins[code] = bin;
  });
  const hasOther = rest > 0 || kept.length < categories;
  return { bins, count: kept.length + Number(hasOther), hasOther };
}
