import { numberIn } from '../../knobs/knob-value.js';
import { counted } from '../../wording/counted.js';
import { sum } from '../../wording/numbers.js';
import { divergedValues, type Tally, tallies } from '../findings/diverged-values.js';
import { valueLabel } from '../point-label.js';
import type { Configuration } from '../ranking/configuration.js';
import type { Advice } from './advice.js';
import { isAdvisable } from './knob-limits.js';
import { axisChange } from './spec-change.js';
import { gridValues, isUntried, type SweepHistory, valueIn } from './sweep-history.js';

/** Advice goes from any higher rate straight down to this one. */
const HIGHEST_RATE = 1;

/** Which values made training diverge, and in how many runs; the next spec leaves them out. The wanted, best first, have no diverged run. */
export function divergenceAdvice(history: SweepHistory, wanted: readonly Configuration[]): readonly Advice[] {
  const { removed, rest } = divergedValues(history, wanted);
  const [best] = wanted;
  if (rest.every(({ diverged }) => diverged === 0)) return withoutValues(history, removed);
  const [lowest] = ratesOf(history).toSorted((a, b) => a - b);
  if (lowest === undefined) return withoutValues(history, removed);
  if (best === undefined) return [lowerRate(history, lowest / 10, [])];
  const isRate = ({ knob }: Tally): boolean => knob === 'learning_rate';
  const gone = removed.filter(isRate).map(({ value }) => value);
  const kept = ratesOf(history).filter((rate) => !gone.includes(rate));
  return [
    ...withoutValues(
      history,
      removed.filter((tally) => !isRate(tally)),
    ),
    lowerRate(history, (numberIn(best.config, 'learning_rate') ?? lowest) / 3, kept),
  ];
}

function withoutValues(history: SweepHistory, removed: readonly Tally[]): readonly Advice[] {
  const knobs = [...new Set(removed.map(({ knob }) => knob))];
  return knobs.map((knob) =>
    withoutValuesOf(
      history,
      removed.filter((tally) => tally.knob === knob),
    ),
  );
}

function withoutValuesOf(history: SweepHistory, removed: readonly Tally[]): Advice {
  const knob = removed[0]?.knob ?? '';
  const keys = new Set(removed.map(({ value }) => JSON.stringify(value)));
  const isKept = (value: unknown): boolean => !keys.has(JSON.stringify(value));
  const kept = tallies(history.outcomes, knob).filter(({ value }) => isKept(value));
  const left = gridValues(history, knob).filter(isKept);
  const [runs, diverged] = [sum(kept.map((tally) => tally.runs)), sum(kept.map((tally) => tally.diverged))];
  return {
    id: 'diverged',
    title: removed.map(divergedText).join(', '),
    evidence: `The loss was no longer finite. With ${knob} ${labels(kept)}, ${diverged} of ${counted(runs, 'run')} diverged.${shared(history, knob, keys)}`,
    // What baselines alone have is no value of the axis.
    ...(left.length === 0
      ? { action: `Try other values of ${knob}.`, changes: [] }
      : { action: `Remove ${labels(removed)} from ${knob}.`, changes: [axisChange(knob, left)] }),
  };
}

/** For values that cannot be removed, because the best configuration has them or they are the only ones. */
function lowerRate(history: SweepHistory, rate: number, kept: readonly number[]): Advice {
  const lower = Math.min(HIGHEST_RATE, Number(rate.toPrecision(3)));
  const isNew = isAdvisable('learning_rate', lower) && isUntried(history, 'learning_rate', lower);
  const diverged = tallies(history.outcomes, 'learning_rate').filter((tally) => tally.diverged > 0);
  return {
    id: 'diverged',
    title: diverged.map(divergedText).join(', '),
    evidence: 'The loss was no longer finite.',
    action: isNew
      ? `Try learning_rate ${lower}${kept.length === 0 ? ' instead' : ' as well'}.`
      : 'Check the features: `focalsweep data` shows whether they are normalised.',
    changes: isNew ? [axisChange('learning_rate', [...kept, lower])] : [],
  };
}

function ratesOf(history: SweepHistory): readonly number[] {
  return gridValues(history, 'learning_rate').filter((rate) => typeof rate === 'number');
}

function divergedText({ knob, value, diverged, runs }: Tally): string {
  return `${knob} ${valueLabel(value)} diverged in ${diverged} of ${counted(runs, 'run')}`;
}

function labels(of: readonly Tally[]): string {
  return of.map(({ value }) => valueLabel(value)).join(', ');
}

/** What all diverged runs with these values have in common and other runs with them do not. */
function shared({ outcomes }: SweepHistory, knob: string, keys: ReadonlySet<string>): string {
  const own = outcomes.filter((outcome) => keys.has(JSON.stringify(valueIn(outcome, knob))));
  const diverged = own.filter((outcome) => outcome.diverged > 0);
  const common = Object.keys(own[0]?.point ?? {}).flatMap((other) => {
    const values = (of: typeof own) => [
      ...new Map(
        of.map((outcome) => [JSON.stringify(valueIn(outcome, other)), valueIn(outcome, other)]),
      ).values(),
    ];
    const [value, ...more] = values(diverged);
    const isShared = other !== knob && more.length === 0 && values(own).length > 1;
    return isShared ? [`${other} ${valueLabel(value)}`] : [];
  });
  return common.length === 0 ? '' : ` All diverged runs had ${common.join(' and ')}.`;
}
