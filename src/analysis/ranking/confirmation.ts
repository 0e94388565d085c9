import type { SweepDetail, SweepReader } from '../../store/store.js';
import type { Configuration, Confirmation, TestDifference } from '../report.js';
import { versusBaseline } from './standings.js';
import { sweepEstimates } from './sweep-estimates.js';
import type { TrialResult } from './trial-results.js';

/** The baseline and the best other configuration on the test rows, and how they differ there. */
export function confirm(
  reader: SweepReader,
  sweep: SweepDetail,
  shown: readonly { readonly configuration: Configuration; readonly result: TrialResult }[],
): { readonly confirmations: readonly Confirmation[]; readonly testDifference: TestDifference | null } {
  const estimates = sweepEstimates(
    reader,
    sweep,
    shown.map(({ result }) => result),
    'test',
  );
  const confirmations = shown.map(({ configuration }, at): Confirmation => {
    const ranked = estimates.ranked.estimates[at] as Confirmation['ranked'];
    return {
      trialId: configuration.trialId,
      label: configuration.label,
      isCrossEntropy: configuration.isCrossEntropy,
      ranked,
      macro_f1: estimates.macro_f1.estimates[at] as Confirmation['macro_f1'],
      rare_recall: estimates.rare_recall.estimates[at] as Confirmation['rare_recall'],
      optimismGap: (sweep.metric.goal === 'maximize' ? 1 : -1) * (configuration.ranked.mean - ranked.mean),
    };
  });
  const baseline = shown.findIndex(({ configuration }) => configuration.isCrossEntropy);
  return {
    confirmations,
    testDifference:
      shown.length === 2 && baseline >= 0
        ? versusBaseline(estimates, sweep.metric, baseline)(1 - baseline)
        : null,
  };
}
