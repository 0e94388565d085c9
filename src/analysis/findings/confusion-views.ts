import type { SweepReader } from '../../store/store.js';
import type { Configuration, ConfusionView } from '../report.js';

/** Validation confusion matrices of configurations, summed over their seeds. */
export function confusionViews(
  reader: SweepReader,
  shown: readonly Configuration[],
): readonly ConfusionView[] {
  return shown.map(({ trialId, label, runs }) => {
    const counts = reader.confusion(
      runs.map(({ runId }) => runId),
      'validation',
    );
    const classes = Math.sqrt(counts.length);
    return {
      trialId,
      label,
      counts: Array.from({ length: classes }, (_, row) => [
        ...counts.subarray(row * classes, (row + 1) * classes),
      ]),
    };
  });
}
