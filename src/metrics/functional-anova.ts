/** Shares of the variance between cells of a grid; the rest belongs to interactions of three or more axes. */
export interface AnovaShares {
  /** Per axis. */
  readonly main: readonly number[];
  readonly pairs: readonly { readonly axes: readonly [number, number]; readonly share: number }[];
  /** Whether every combination of the levels occurs once. */
  readonly isFull: boolean;
}

/**
 * Functional ANOVA (Hutter, Hoos & Leyton-Brown 2014) of one value per cell of a grid, `levels` naming each cell's level on
 * every axis. On a full grid it is the classic balanced ANOVA and exact; if cells are missing it uses the means of the others,
 * and shares are approximate. A pair has what is left of the two axes' joint share without that of each.
 */
export function functionalAnova(
  levels: readonly (readonly string[])[],
  values: readonly number[],
): AnovaShares {
  const axes = (levels[0] ?? []).map((_, axis) => axis);
  const mean = average(values);
  const total = average(values.map((value) => (value - mean) ** 2));
  const share = (of: readonly number[]): number =>
    total > 0 ? average(effects(levels, values, of).map((value) => (value - mean) ** 2)) / total : 0;
  const shares = sharesOf(axes, share);
  const cells = axes.reduce((count, axis) => count * new Set(levels.map((own) => own[axis])).size, 1);
  return {
    ...shares,
    isFull: cells === values.length && new Set(levels.map((own) => JSON.stringify(own))).size === cells,
  };
}

/**
 * The same of points that were drawn, the levels being parts of axes: of each share what chance gives as many levels is taken away
 * (ε² of Kelley 1935), for with few points in a level their means differ without any effect.
 */
export function drawnAnova(levels: readonly (readonly string[])[], values: readonly number[]): AnovaShares {
  const axes = (levels[0] ?? []).map((_, axis) => axis);
  const mean = average(values);
  const total = average(values.map((value) => (value - mean) ** 2));
  const share = (of: readonly number[]): number => {
    const groups = new Set(levels.map((own) => keyOf(own, of))).size;
    if (total === 0 || groups >= values.length) return 0;
    const between = average(effects(levels, values, of).map((value) => (value - mean) ** 2)) / total;
    return 1 - ((1 - between) * (values.length - 1)) / (values.length - groups);
  };
  return { ...sharesOf(axes, share), isFull: false };
}

function sharesOf(
  axes: readonly number[],
  share: (axes: readonly number[]) => number,
): Pick<AnovaShares, 'main' | 'pairs'> {
  const main = axes.map((axis) => Math.max(0, share([axis])));
  const pairs = axes.flatMap((a) =>
    axes
      .filter((b) => b > a)
      .map((b) => ({
        axes: [a, b] as const,
        share: Math.max(0, share([a, b]) - (main[a] as number) - (main[b] as number)),
      })),
  );
  return { main, pairs };
}

function keyOf(levels: readonly string[], axes: readonly number[]): string {
  return JSON.stringify(axes.map((axis) => levels[axis]));
}

/** Per cell, the mean over all cells that share its levels on these axes. */
function effects(
  levels: readonly (readonly string[])[],
  values: readonly number[],
  axes: readonly number[],
): readonly number[] {
  const keys = levels.map((own) => keyOf(own, axes));
  const groups = new Map<string, number[]>();
  keys.forEach((key, cell) => {
    const group = groups.get(key) ?? [];
    group.push(values[cell] as number);
    groups.set(key, group);
  });
  const means = new Map([...groups].map(([key, group]) => [key, average(group)]));
  return keys.map((key) => means.get(key) as number);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
