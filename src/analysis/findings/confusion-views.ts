import type { SweepFacts } from '../facts/facts.js';
import type { Configuration, ConfusionView } from '../report.js';

/** Validation confusion matrices of configurations, summed over their seeds. */
export function confusionViews(
  { confusions }: Pick<SweepFacts, 'confusions'>,
  shown: readonly Configuration[],
): readonly ConfusionView[] {
  return shown.map(({ trialId, label }) => {
    const counts = confusions.get(trialId) ?? new Uint32Array();
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
