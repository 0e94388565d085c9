import type { Metric } from '../metric.js';
import { isBetter } from '../metrics/selection.js';
import { counted } from '../wording/counted.js';
import { figure } from '../wording/numbers.js';
import type { DroppedTrial, RungDecision } from './decision.js';
import type { Cohort, ScoredTrial } from './search.js';
import type { Rung, Stopper } from './stopper.js';

/** What a stopper decides at a rung. If anybody goes on, the best of what the others are compared with does, too. */
export function decideRung(stopper: Stopper, cohort: Cohort, rung: Rung, metric: Metric): RungDecision {
  const ids = new Set(stopper.judge(cohort, rung));
  const judged = cohort.filter(({ trialId }) => ids.has(trialId));
  if (judged.length > 0) for (const baseline of missingBaselines(cohort, judged, metric)) ids.add(baseline);
  const going = cohort.filter(({ trialId }) => ids.has(trialId));
  const best = bestTrial(going, metric);
  return {
    type: 'rung',
    rung,
    going: going.map(({ trialId }) => trialId),
    dropped: cohort
      .filter(({ trialId }) => !ids.has(trialId))
      .map((trial) => ({ trialId: trial.trialId, value: numberOrNull(meanOf(trial, metric)) })),
    best: best === undefined ? null : numberOrNull(meanOf(best, metric)),
  };
}

/** The best baselines of the spaces of which none was judged to go on. */
function missingBaselines(cohort: Cohort, judged: Cohort, metric: Metric): readonly string[] {
  const baselines = cohort.filter(({ isBaseline }) => isBaseline === true);
  return [...new Set(baselines.map(({ space }) => space))].flatMap((space) => {
    const own = baselines.filter((baseline) => baseline.space === space);
    const best = own.some((baseline) => judged.includes(baseline)) ? undefined : bestTrial(own, metric);
    return best === undefined ? [] : [best.trialId];
  });
}

/** The first one of the highest mean; one without scores only if all are. */
function bestTrial(trials: Cohort, metric: Metric): ScoredTrial | undefined {
  return trials
    .slice(1)
    .reduce(
      (best, trial) =>
        best !== undefined && isBetter(metric, meanOf(trial, metric), meanOf(best, metric)) ? trial : best,
      trials[0],
    );
}

function meanOf({ scores }: ScoredTrial, { name }: Metric): number {
  const values = scores.map(({ validation }) => validation[name]);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** `epoch 5 of 1 seed`, or `2 seeds` for runs that train to their end. */
export function rungText({ seeds, epochs }: Rung): string {
  const ofSeeds = counted(seeds, 'seed');
  return epochs === undefined ? ofSeeds : `epoch ${epochs} of ${ofSeeds}`;
}

/**
 * Why a trial was dropped, for its runs; undefined where nobody goes on and so nobody was preferred to it: what is left then is what
 * the search is about, and needs no further seed.
 */
export function reasonOf(
  { rung, best }: RungDecision,
  { value }: DroppedTrial,
  { name }: Metric,
): string | undefined {
  if (best === null) return undefined;
  const own = value === null ? `no ${name}` : `${name} ${figure(value, 4)}`;
  return `dropped after ${rungText(rung)}: ${own}, the best that went on ${figure(best, 4)}`;
}
