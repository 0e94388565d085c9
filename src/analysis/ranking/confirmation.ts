import type { RowDrawsByMetric } from '../../metrics/noise/row-bootstrap.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import type { RankingFacts } from '../facts/facts.js';
import type { Configuration } from './configuration.js';
import type { Confirmation, TestDifference } from './ranking.js';
import { versusBaseline } from './standings.js';
import { testEstimates } from './sweep-estimates.js';
import type { TrialResult } from './trial-results.js';

/** The baseline and the best other configuration on the test rows, and their difference. */
export function confirm(
  facts: RankingFacts,
  shown: readonly { readonly configuration: Configuration; readonly result: TrialResult }[],
  drawn?: RowDrawsByMetric,
): { readonly confirmations: readonly Confirmation[]; readonly testDifference: TestDifference | null } {
  const { metric } = facts.sweep;
  const estimates = testEstimates(
    facts,
    shown.map(({ result }) => result),
    drawn,
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
      optimismGap: GOAL_SIGNS[metric.goal] * (configuration.ranked.mean - ranked.mean),
    };
  });
  const baseline = shown.findIndex(({ configuration }) => configuration.isCrossEntropy);
  return {
    confirmations,
    testDifference:
      shown.length === 2 && baseline >= 0 ? versusBaseline(estimates, metric, baseline)(1 - baseline) : null,
  };
}
