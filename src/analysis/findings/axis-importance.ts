import { METRICS, type Metric } from '../../metric.js';
import { anyDiffer, compareWith, verdictOf } from '../../metrics/estimates/comparisons.js';
import type { TrialEstimates } from '../../metrics/estimates/estimate-trials.js';
import { drawInterval } from '../../metrics/estimates/intervals.js';
import { weightedTrials } from '../../metrics/estimates/weighted-trials.js';
import { drawnAnova, functionalAnova } from '../../metrics/functional-anova.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import { randomStream } from '../../random.js';
import { sum } from '../../wording/numbers.js';
import { type AxisPart, partOf } from '../axis-parts.js';
import { valueLabel } from '../point-label.js';
import type { Configuration } from '../ranking/configuration.js';
import type { AxisImportance, AxisValue, Importance } from './findings.js';

interface ImportanceOptions {
  readonly metric: Metric;
  readonly space: string | null;
  /** Of the axes whose numbers were drawn. */
  readonly parts?: ReadonlyMap<string, readonly AxisPart[]>;
}

/** The effect of every axis of a space of the user's grid on the ranking metric; null without an axis of two values. */
export function axisImportance(
  configurations: readonly Configuration[],
  estimates: TrialEstimates,
  { metric, space, parts = new Map() }: ImportanceOptions,
): Importance | null {
  const cells = configurations.flatMap((configuration, at) =>
    configuration.space !== space || configuration.addedBaseline || Number.isNaN(configuration.ranked.mean)
      ? []
      : [
          {
            configuration,
            at,
            isReplicated: estimates.isReplicated[at] === true && estimates.isUndecided !== true,
          },
        ],
  );
  const used = axesOf(cells, parts);
  if (used.length === 0) return null;
  const analyse = parts.size === 0 ? functionalAnova : drawnAnova;
  const always = used.filter(({ users }) => users.length === cells.length);
  const labels = cells.map((_, cell) => always.map(({ levels }) => levels[cell]?.label ?? ''));
  const anova = analyse(labels, cells.map(meanOf));
  const shareAmongUsers = ({ users, levels }: UsedAxis): number => {
    const [share = 0] = analyse(
      levels.map(({ label }) => [label]),
      users.map(meanOf),
    ).main;
    return share * (squaresOf(users) / (squaresOf(cells) || 1));
  };
  const axes = used.map((own, axis) => ({
    knob: own.knob,
    ...axisValues(own.levels, own.users, { metric, isDrawn: parts.size > 0, estimates, axis }),
    share: always.includes(own) ? (anova.main[always.indexOf(own)] ?? 0) : shareAmongUsers(own),
  }));
  return {
    axes: axes.toSorted((a, b) => b.share - a.share),
    pairs: anova.pairs
      .map(({ axes: [a, b], share }) => ({
        knobs: [always[a]?.knob, always[b]?.knob] as [string, string],
        share,
      }))
      .toSorted((a, b) => b.share - a.share),
    isFullGrid: anova.isFull,
    ...(parts.size > 0 && { isDrawn: true }),
  };
}

/** A knob with several values, the cells that use it, and their levels: momentum does nothing under adam. */
interface UsedAxis {
  readonly knob: string;
  readonly users: readonly Cell[];
  readonly levels: readonly Level[];
}

function axesOf(
  cells: readonly Cell[],
  parts: ReadonlyMap<string, readonly AxisPart[]>,
): readonly UsedAxis[] {
  const knobs = new Set(cells.flatMap(({ configuration }) => Object.keys(configuration.point)));
  return [...knobs].flatMap((knob) => {
    const users = cells.filter(({ configuration: { point } }) => knob in point);
    const values = new Set(users.map(({ configuration: { point } }) => valueLabel(point[knob])));
    return values.size > 1 ? [{ knob, users, levels: users.map(levelOf(knob, parts.get(knob))) }] : [];
  });
}

function meanOf({ configuration }: Cell): number {
  return configuration.ranked.mean;
}

/** Squared distances from their mean, added up. */
function squaresOf(cells: readonly Cell[]): number {
  const middle = mean(cells.map(meanOf));
  return sum(cells.map((cell) => (meanOf(cell) - middle) ** 2));
}

interface Cell {
  readonly configuration: Configuration;
  /** Its position among the estimates. */
  readonly at: number;
  readonly isReplicated: boolean;
}

type Level = Pick<AxisValue, 'value' | 'label' | 'range'>;

/** The value of a cell on an axis, or the part that it lies in. */
function levelOf(knob: string, parts: readonly AxisPart[] | undefined): (cell: Cell) => Level {
  return ({ configuration: { point } }) => {
    const value = point[knob];
    if (parts === undefined) return { value, label: valueLabel(value) };
    const { label, middle, low, high } = partOf(parts, Number(value));
    return { value: middle, label, range: { low, high } };
  };
}

/** Keeps what is drawn here apart from the noise of trials. */
const AXIS_STREAM = 0x50000;
/** Quantiles of the normal distribution: 0.975, and 0.995 where one of six parts is compared with five others. */
const HALF_WIDTH = 1.96;
const WORST_OF_SIX = 2.576;

interface AxisJudging {
  readonly metric: Metric;
  readonly isDrawn: boolean;
  readonly estimates: TrialEstimates;
  /** Which of the axes it is. */
  readonly axis: number;
}

/**
 * Of an axis with the level of each cell. Levels of a grid have the same values of the other axes; those of drawn points have not, so
 * that what configurations of a level differ by counts as chance, too.
 */
function axisValues(
  levels: readonly Level[],
  cells: readonly Cell[],
  { metric, isDrawn, estimates, axis }: AxisJudging,
): Omit<AxisImportance, 'share' | 'knob'> {
  const distinct = new Map(levels.toReversed().map((level) => [level.label, level]));
  const marginals = [...new Set(levels.map(({ label }) => label))].map((label, level) => {
    const own = cells.filter((_, cell) => levels[cell]?.label === label);
    const weights = new Map(own.map(({ at }) => [at, 1 / own.length]));
    const stream = randomStream(axis, 'resample', AXIS_STREAM, level);
    return {
      own,
      level: distinct.get(label) as Level,
      deviations: weightedTrials(estimates, weights, stream).deviations,
      mean: mean(own.map(meanOf)),
      bias: mean(own.map(({ at }) => estimates.biases[at] as number)),
    };
  });
  const sign = GOAL_SIGNS[metric.goal];
  const [lowest, highest] = METRICS[metric.name].range;
  const joint = {
    means: marginals.map((marginal) => marginal.mean),
    deviations: marginals.map((marginal) => marginal.deviations),
    isReplicated: marginals.map(({ own }) => own.every(({ isReplicated }) => isReplicated)),
    dropped: estimates.dropped,
  };
  const bestAt = joint.means.reduce(
    (top, value, at) => (sign * value > sign * (joint.means[top] as number) ? at : top),
    0,
  );
  const againstBest = compareWith(joint, bestAt);
  const spread = isDrawn ? spreadWithin(marginals.map(({ own }) => own)) : 0;
  const errorOf = (at: number): number => spread / Math.sqrt(marginals[at]?.own.length ?? 1);
  const values = marginals.map(({ own, level, deviations, mean: value, bias }, at): AxisValue => {
    const { low, high } = drawInterval(deviations);
    const unbiased = value - bias;
    const chance = HALF_WIDTH * errorOf(at);
    const fromBest = Math.abs(value - (joint.means[bestAt] as number));
    return {
      ...level,
      mean: value,
      interval: {
        low: Math.max(lowest, isDrawn ? unbiased - Math.hypot(low, chance) : unbiased + low),
        high: Math.min(highest, isDrawn ? unbiased + Math.hypot(high, chance) : unbiased + high),
      },
      rareRecall: mean(own.map(({ configuration }) => configuration.metrics.rare_recall.mean)),
      configurations: own.length,
      isTied:
        verdictOf(againstBest, at) === 0 ||
        fromBest <= WORST_OF_SIX * Math.hypot(errorOf(at), errorOf(bestAt)),
    };
  });
  const isSeen = !isDrawn || values.some(({ isTied }) => !isTied);
  return { values, best: values[bestAt] as AxisValue, matters: anyDiffer(joint) && isSeen };
}

/** The standard deviation between configurations of one level, which differ in their other knobs. */
function spreadWithin(levels: readonly (readonly Cell[])[]): number {
  const squares = levels.flatMap((own) => {
    const means = own.map(meanOf);
    return means.map((value) => (value - mean(means)) ** 2);
  });
  return Math.sqrt(sum(squares) / Math.max(1, squares.length - levels.length));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
