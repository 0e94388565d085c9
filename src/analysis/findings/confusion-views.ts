import type { SweepFacts } from '../facts/facts.js';
import type { Configuration } from '../ranking/configuration.js';
import type { ConfusionView, Matrix } from './findings.js';

/** Validation confusion matrices of configurations, summed over their seeds. */
export function confusionViews(
  { confusions }: Pick<SweepFacts, 'confusions'>,
  shown: readonly Configuration[],
): readonly ConfusionView[] {
  const views = shown.map(({ trialId, label }) => {
    const cells = confusions.get(trialId) ?? new Uint32Array();
    const classes = Math.sqrt(cells.length);
    const counts = Array.from({ length: classes }, (_, row) => [
      ...cells.subarray(row * classes, (row + 1) * classes),
    ]);
    return { trialId, label, counts, shares: counts.map(sharesOf) };
  });
  return views.map((view, at) => ({
    ...view,
    change: at === 0 ? null : difference(view.shares, views[0]?.shares ?? []),
  }));
}

function difference(after: Matrix, before: Matrix): Matrix {
  return after.map((row, y) => row.map((value, x) => value - (before[y]?.[x] ?? 0)));
}

function sharesOf(row: readonly number[]): readonly number[] {
  const total = row.reduce((sum, count) => sum + count, 0);
  return row.map((count) => (total === 0 ? 0 : count / total));
}
