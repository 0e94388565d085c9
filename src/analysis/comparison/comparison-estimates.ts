import {
  type DrawnMetric,
  isCostMetric,
  isDrawnMetric,
  METRIC_NAMES,
  METRICS,
  type Metric,
  type MetricName,
  parameterValue,
} from '../../metric.js';
import { compareWith } from '../../metrics/estimates/comparisons.js';
import {
  estimateMeasured,
  estimateTrials,
  type SeedValues,
  type TrialEstimates,
} from '../../metrics/estimates/estimate-trials.js';
import { type BootstrapOptions, MOST_DRAWS } from '../../metrics/noise/bootstrap.js';
import { once } from '../../metrics/noise/combine-noise.js';
import { type DrawnScores, fewestDraws, scoredTrialsOf } from '../../metrics/noise/scores/drawn-scores.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import { EQUIVALENT } from '../../spec/aims.js';
import type { CostMatrix, ScoreDraws } from '../../sweep.js';
import type { SideFacts } from '../facts/facts.js';
import { groupsOfRows, modelsOf, rowsOfRuns, trainingNoise } from '../facts/seed-rows.js';
import type { Difference, Estimate } from '../ranking/configuration.js';
import { differenceFrom, equivalenceOf } from '../ranking/difference.js';
import { predictionsOf } from '../ranking/trial-results.js';

/** By how much draws of one more table are turned. */
const TURN = 977;

export type MetricMap<Value> = { readonly [name in MetricName]: Value };

/** One side's metrics, and their differences from those of the first side. */
export interface SideEstimates {
  readonly estimates: MetricMap<Estimate>;
  readonly differences: MetricMap<Difference>;
}

/** Estimates all metrics of all sides; the intervals of a metric's differences are simultaneous over the sides. */
export function estimateSides(sides: readonly SideFacts[], draws: number): readonly SideEstimates[] {
  const joint = jointEstimates(sides, draws);
  const against = metricMap((name) => compareWith(joint[name], 0));
  const unlike = unlikeMetrics(
    sides.map(({ metric, costs, dataset }) => ({ metric, costs, rareClasses: rareNames(dataset) })),
  );
  const equivalent = equivalenceOf(EQUIVALENT, sides[0] as SideFacts);
  // Sides of one table are drawn as the first of them measures, so those that measure otherwise are drawn alone. With other rare classes a
  // side is of another table.
  const alone = sides.map((side) => once(() => jointEstimates([side], draws)));
  const estimate = (name: MetricName, side: number): Estimate =>
    unlike.includes(name) && isDrawnMetric(name) && name !== 'rare_recall'
      ? (alone[side]?.()[name].estimates()[0] as Estimate)
      : (joint[name].estimates()[side] as Estimate);
  return sides.map((_, side) => ({
    estimates: metricMap((name) => estimate(name, side)),
    differences: metricMap((name) =>
      unlike.includes(name)
        ? INCOMPARABLE
        : differenceFrom(against[name], side, {
            sign: GOAL_SIGNS[METRICS[name].goal],
            equivalent: equivalent(name),
          }),
    ),
  }));
}

const UNKNOWN = { low: Number.NaN, high: Number.NaN } as const;
const INCOMPARABLE: Difference = {
  mean: Number.NaN,
  interval: UNKNOWN,
  error: Number.NaN,
  verdict: 'not judged',
};

/** What decides what the metrics of a side mean. */
export interface Measures {
  readonly metric: Metric;
  readonly costs: CostMatrix | null;
  readonly rareClasses: readonly string[];
}

/** The rare classes of a table, in the order of their names. */
export function rareNames({ classNames, rareClasses }: SideFacts['dataset']): readonly string[] {
  return rareClasses.map((cls) => classNames[cls] as string).toSorted();
}

/** The metrics that the sweeps of these sides measure with different parameters, by different costs, or over other rare classes. */
export function unlikeMetrics(sides: readonly Measures[]): readonly MetricName[] {
  return METRIC_NAMES.filter((name) => {
    const measures = sides.map(({ metric, costs, rareClasses }) => {
      if (isCostMetric(name)) return JSON.stringify(costs);
      return name === 'rare_recall' ? JSON.stringify(rareClasses.toSorted()) : parameterValue(name, metric);
    });
    return new Set(measures).size > 1;
  });
}

/** Bootstrap draws behind every interval: 2,000, and fewer if runs were measured with fewer. */
export function comparisonDraws(sides: readonly SideFacts[]): number {
  return fewestDraws(
    sides.flatMap(({ scoreDraws }) => [...scoreDraws.values()]),
    MOST_DRAWS,
  );
}

/** Sides on the same rows share the draws of rows; sides on other rows have draws of their own and are independent. */
function jointEstimates(sides: readonly SideFacts[], draws: number): MetricMap<TrialEstimates> {
  const tables = [...new Set(sides.map(({ dataset }) => dataset.fingerprint))];
  const parts = tables.map((fingerprint, seed) => {
    const members = sides.filter(({ dataset }) => dataset.fingerprint === fingerprint);
    return { members, estimates: groupEstimates(members, { seed, draws }) };
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
    ofLoneRows: place.map(({ estimates, at }) => estimates[name].ofLoneRows[at] as number),
    biases: place.map(({ estimates, at }) => estimates[name].biases[at] as number),
    isUndecided: place.some(({ estimates }) => estimates[name].isUndecided),
    estimates: () => place.map(({ estimates, at }) => estimates[name].estimates()[at] as Estimate),
  }));
}

function groupEstimates(
  sides: readonly SideFacts[],
  { seed, draws }: BootstrapOptions,
): MetricMap<TrialEstimates> {
  const { dataset, metric, costs } = sides[0] as SideFacts;
  const { validationLabels, rareClasses, classNames } = dataset;
  const values = metricMap((name) =>
    sides.map(({ runs }) => new Map(runs.map((run) => [run.seed, run.validation[name]]))),
  );
  const models = modelsOf(dataset, sides);
  const options = { draws, seed, models, ...trainingNoise(dataset, validationLabels.length) };
  const isDrawn = (name: MetricName): name is DrawnMetric =>
    isDrawnMetric(name) && (costs !== null || !isCostMetric(name));
  const drawn = METRIC_NAMES.filter(isDrawn);
  const rows = {
    labels: validationLabels,
    rareClasses,
    classCount: classNames.length,
    metric,
    costs: costs ?? undefined,
    trials: sides.flatMap((side) => predictionsOf([side], side.predictions)),
    rowsOf: rowsOfRuns(withAllSplits(sides), sides),
    // Sides of one dataset have the same rows, but not every spec names their groups.
    groups: sides.map((side) => groupsOfRows(side.dataset, 'validation')).find((own) => own !== undefined),
  };
  const drawnScores = drawnScoresOf(sides, options);
  const measured = sides.map(({ runs }) =>
    runs.map(({ runId, validation }) => ({ runId, metrics: validation })),
  );
  const fromRows = estimateTrials<DrawnMetric>(
    rows,
    Object.fromEntries(drawn.map((name) => [name, values[name]])) as unknown as MetricMap<SeedValues>,
    options,
  );
  return metricMap((name) =>
    isDrawn(name)
      ? fromRows[name]
      : estimateMeasured(name, values[name], options, scoredTrialsOf(name, measured, drawnScores, rows)),
  );
}

/**
 * The draws of these sides. Those of one more table are in another order, because all were made with the same random numbers, and
 * rows of other tables are independent.
 */
function drawnScoresOf(sides: readonly SideFacts[], { seed, draws }: BootstrapOptions): DrawnScores {
  const turned = (own: Float32Array) => own.map((_, draw) => own[(draw + seed * TURN) % draws] as number);
  const ofRuns = sides.flatMap(({ scoreDraws }) =>
    [...scoreDraws].map(([runId, own]): [string, ScoreDraws] => [
      runId,
      new Map([...own].map(([name, values]) => [name, turned(values)])),
    ]),
  );
  return { draws: new Map(ofRuns), classes: new Map(sides.flatMap(({ classScores }) => [...classScores])) };
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
