import type { Metric } from '../metric.js';
import { isBetter } from '../metrics/selection.js';
import { counted } from '../wording/counted.js';
import { figure } from '../wording/numbers.js';
import type { DroppedTrial, RungDecision } from './decision.js';
import type { Cohort, ScoredTrial } from './search.js';
import type { Rung, Stopper } from './stopper.js';

/** What a stopper decides at a rung; what the others are compared with goes on in any case. */
export function decideRung(stopper: Stopper, cohort: Cohort, rung: Rung, metric: Metric): RungDecision {
  const judged = new Set(stopper.judge(cohort, rung));
  const goesOn = ({ trialId, isBaseline }: ScoredTrial): boolean =>
    isBaseline === true || judged.has(trialId);
  const going = cohort.filter(goesOn);
  const meanOf = ({ scores }: ScoredTrial): number => {
    const values = scores.map(({ validation }) => validation[metric.name]);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const best = going
    .filter(({ isBaseline }) => isBaseline !== true)
    .map(meanOf)
    .reduce((most, value) => (isBetter(metric, value, most) ? value : most), Number.NaN);
  return {
    type: 'rung',
    rung,
    going: going.map(({ trialId }) => trialId),
    dropped: cohort
      .filter((trial) => !goesOn(trial))
      .map((trial) => ({ trialId: trial.trialId, value: numberOrNull(meanOf(trial)) })),
    best: numberOrNull(best),
  };
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
 * Why a trial was dropped, for its runs; undefined where nobody was preferred to it: what is left then is what the search is about,
 * and needs no further seed.
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
