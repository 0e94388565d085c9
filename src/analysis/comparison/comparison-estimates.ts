import { compareWith } from '../../metrics/estimates/comparisons.js';
import {
  estimateFromSeeds,
  estimateTrials,
  type TrialEstimates,
} from '../../metrics/estimates/estimate-trials.js';
import type { CountMetric } from '../../metrics/margin-metrics.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import { EQUIVALENT } from '../../spec/aims.js';
import { METRIC_GOALS, METRIC_NAMES, type MetricName } from '../../sweep.js';
import type { SideFacts } from '../facts/facts.js';
import { rowsOfRuns, trainingNoise } from '../facts/seed-rows.js';
import type { Difference, Estimate } from '../ranking/configuration.js';
import { differenceFrom } from '../ranking/difference.js';
import { predictionsOf } from '../ranking/trial-results.js';

/** Bootstrap draws behind every interval of a comparison. */
export const COMPARISON_DRAWS = 2000;

export type MetricMap<Value> = { readonly [name in MetricName]: Value };

/** One side's metrics, and their differences from those of the first side. */
export interface SideEstimates {
  readonly estimates: MetricMap<Estimate>;
  readonly differences: MetricMap<Difference>;
}

/** Estimates all metrics of all sides; the intervals of a metric's differences are simultaneous over the sides. */
export function estimateSides(sides: readonly SideFacts[]): readonly SideEstimates[] {
  const joint = jointEstimates(sides);
  const against = metricMap((name) => compareWith(joint[name], 0));
  return sides.map((_, side) => ({
    estimates: metricMap((name) => joint[name].estimates[side] as Estimate),
    differences: metricMap((name) =>
      differenceFrom(against[name], side, { sign: GOAL_SIGNS[METRIC_GOALS[name]], equivalent: EQUIVALENT }),
    ),
  }));
}

/** Sides on the same rows share the draws of rows; sides on other rows have draws of their own and are independent. */
function jointEstimates(sides: readonly SideFacts[]): MetricMap<TrialEstimates> {
  const tables = [...new Set(sides.map(({ dataset }) => dataset.fingerprint))];
  const parts = tables.map((fingerprint, seed) => {
    const members = sides.filter(({ dataset }) => dataset.fingerprint === fingerprint);
    return { members, estimates: groupEstimates(members, seed) };
  });
  const place = sides.map((side) => {
    const part = parts.find(({ members }) => members.includes(side)) as (typeof parts)[number];
    return { estimates: part.estimates, at: part.members.indexOf(side) };
  });
  return metricMap((name) => ({
    widest: place[0]?.estimates[name].widest ?? Number.POSITIVE_INFINITY,
    means: place.map(({ estimates, at }) => estimates[name].means[at] as number),
    deviations: place.map(({ estimates, at }) => estimates[name].deviations[at] as Float64Array),
    isReplicated: place.map(({ estimates, at }) => estimates[name].isReplicated[at] === true),
    estimates: place.map(({ estimates, at }) => estimates[name].estimates[at] as Estimate),
  }));
}

function groupEstimates(sides: readonly SideFacts[], seed: number): MetricMap<TrialEstimates> {
  const { dataset } = sides[0] as SideFacts;
  const { validationLabels, rareClasses, classNames } = dataset;
  const values = metricMap((name) =>
    sides.map(({ runs }) => new Map(runs.map((run) => [run.seed, run.validation[name]]))),
  );
  const options = { draws: COMPARISON_DRAWS, seed, ...trainingNoise(dataset, validationLabels.length) };
  const { log_loss, ...counted } = values;
  const rows = {
    labels: validationLabels,
    rareClasses,
    classCount: classNames.length,
    trials: sides.flatMap((side) => predictionsOf([side], side.predictions)),
    rowsOf: rowsOfRuns(withAllSplits(sides), sides),
  };
  return {
    ...estimateTrials<CountMetric>(rows, counted, options),
    log_loss: estimateFromSeeds(log_loss, options),
  };
}

/** Sides of one dataset may be of sweeps with other seeds. */
function withAllSplits(sides: readonly SideFacts[]): SideFacts['dataset'] {
  const { dataset } = sides[0] as SideFacts;
  if (dataset.validationRows === undefined) return dataset;
  const rows = sides.map((side) => side.dataset.validationRows ?? new Map<number, Uint32Array>());
  return { ...dataset, validationRows: new Map(rows.flatMap((own) => [...own]).toReversed()) };
}

function metricMap<Value>(value: (name: MetricName) => Value): MetricMap<Value> {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, value(name)])) as MetricMap<Value>;
}
