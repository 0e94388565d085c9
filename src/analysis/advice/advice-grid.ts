import { figure, percent, withInterval } from '../../wording/numbers.js';
import type { Contrast } from '../choices/choice.js';
import { tallies } from '../findings/diverged-values.js';
import type { AxisImportance, Findings } from '../findings/findings.js';
import { valueLabel } from '../point-label.js';
import type { Configuration } from '../ranking/configuration.js';
import { present } from '../ranking/trial-results.js';
import type { Advice } from './advice.js';
import { isAdvisable } from './knob-limits.js';
import { axisChange } from './spec-change.js';
import { gridValues, isUntried, type SweepHistory, valueIn } from './sweep-history.js';

/** An axis with less of the variance than this, and with values that cannot be told apart, is not worth its runs. */
const IDLE_SHARE = 0.05;
/** An axis with wider steps is continued with this one. */
const LARGEST_RATIO = 10;

/** Advice on the axes of the grid: best values on its edge, and axes that change nothing. */
export function gridAdvice(
  { grids, sweep, choices, contrasts, race }: Findings,
  history: SweepHistory,
  winner: Configuration,
): readonly Advice[] {
  const importance = grids.find(({ space }) => space === history.space)?.importance ?? null;
  if (importance === null) return [];
  const metric = sweep.metric.name;
  const wanted = present([winner, ...choices.map(({ configuration }) => configuration)]);
  const isHelpful = (knob: string): boolean =>
    contrasts.some((own) => own.knob === knob && own.space === history.space && helps(own));
  return importance.axes.flatMap((axis) => [
    ...onEdge(axis, { metric, history, winner }),
    // What a search has left is alike because it was selected, and one seed shows no axis to matter.
    ...((race?.dropped ?? []).length > 0 || winner.seeds.length < 2 || isHelpful(axis.knob)
      ? []
      : idle(axis, metric, wanted)),
  ]);
}

/** Whether other values of the knob help macro-F1 or rare recall, whatever they do to the ranking metric. */
function helps({ overall, values }: Contrast): boolean {
  const verdicts = [overall, ...values].flatMap(({ macro_f1, rare_recall }) => [macro_f1, rare_recall]);
  return verdicts.some(({ verdict }) => verdict === 'better');
}

interface Grid {
  readonly metric: string;
  readonly history: SweepHistory;
  readonly winner: Configuration;
}

/** An axis is extended only if the value at its edge beats its neighbour and is also the winner's. */
function onEdge(axis: AxisImportance, { metric, history, winner }: Grid): readonly Advice[] {
  const { knob, best } = axis;
  const values = axis.values.filter(({ value }) => typeof value === 'number');
  if (values.length < axis.values.length) return [];
  const ascending = values.toSorted((a, b) => Number(a.value) - Number(b.value));
  const isTop = best === ascending.at(-1);
  if (!isTop && best !== ascending[0]) return [];
  const [edge, neighbour] = isTop ? ascending.toReversed() : ascending;
  const tried = gridValues(history, knob).map(Number);
  const isBeyond = (value: number) => (isTop ? value > Number(edge?.value) : value < Number(edge?.value));
  // All configurations with the values beyond it may be dropped, or failed.
  if (edge?.range === undefined && tried.some(isBeyond)) return [];
  const winners = Number(valueIn(winner, knob));
  const isWinnerThere = isTop ? winners >= Number(edge?.value) : winners <= Number(edge?.value);
  if (edge === undefined || neighbour === undefined || neighbour.isTied || !isWinnerThere) return [];
  const divergedAt = (value: unknown): boolean =>
    tallies(history.outcomes, knob).some((tally) => tally.value === value && tally.diverged > 0);
  const next = beyond(Number(edge.value), Number(neighbour.value), knob === 'learning_rate');
  if (!isAdvisable(knob, next) || !isUntried(history, knob, next) || divergedAt(edge.value)) return [];
  return [
    {
      id: 'edge-of-grid',
      title: `The best ${knob} is at the edge of the grid`,
      evidence: `Averaged over the other axes, ${metric} is best at ${knob} = ${edge.label}, the ${isTop ? 'largest' : 'smallest'} value tried: ${withInterval(best)}, better than ${figure(neighbour.mean)} at ${neighbour.label}.`,
      action: `Extend ${knob} ${isTop ? 'upwards' : 'downwards'} to ${next}.`,
      changes: [axisChange(knob, inOrder([...gridValues(history, knob), next]))],
    },
  ];
}

/** The next value past the edge, by the ratio to its neighbour or by the step, rounded to three digits. */
function beyond(edge: number, neighbour: number, isRatio: boolean): number {
  const ratio = Math.min(LARGEST_RATIO, Math.max(1 / LARGEST_RATIO, edge / neighbour));
  return Number((isRatio ? edge * ratio : edge + (edge - neighbour)).toPrecision(3));
}

function inOrder(values: readonly unknown[]): readonly unknown[] {
  return values.toSorted((a, b) => Number(a) - Number(b));
}

/** An axis stays where the choices for different aims have different values. */
function idle(axis: AxisImportance, metric: string, wanted: readonly Configuration[]): readonly Advice[] {
  if (axis.matters || axis.share >= IDLE_SHARE) return [];
  const values = new Set(wanted.map((configuration) => JSON.stringify(valueIn(configuration, axis.knob))));
  const [winner] = wanted;
  if (winner === undefined || values.size > 1) return [];
  const labels = axis.values.map(({ label }) => label);
  const value = valueIn(winner, axis.knob);
  return [
    {
      id: 'idle-axis',
      title: `${axis.knob} has no visible effect`,
      evidence: `It explains ${percent(axis.share, 1)} of the variance of ${metric} between configurations, and its values ${labels.join(', ')} cannot be told apart at 95 %.`,
      action: `Fix ${axis.knob} at ${valueLabel(value)}, the value of the best configuration, and spend the runs on seeds.`,
      changes: [axisChange(axis.knob, [value])],
    },
  ];
}
