import { isCrossEntropy, isLossKnob } from '../../knobs/plain-loss.js';
import { sum } from '../../wording/numbers.js';
import { type SweepHistory, type TrialOutcome, valueIn } from '../advice/sweep-history.js';
import { drawnAxes } from '../axis-parts.js';
import type { Configuration } from '../ranking/configuration.js';

/** A value of an axis, how many runs with it ended, and how many of these diverged. */
export interface Tally {
  readonly knob: string;
  readonly value: unknown;
  readonly runs: number;
  readonly diverged: number;
}

/** The values to remove so that no run diverges again, and the configurations that remain. */
export interface DivergedValues {
  readonly removed: readonly Tally[];
  readonly rest: readonly TrialOutcome[];
}

/** Removes values one by one, the one with the largest share of diverged runs first; never one of a wanted configuration. */
export function divergedValues(history: SweepHistory, wanted: readonly Configuration[]): DivergedValues {
  const removed: Tally[] = [];
  const grid = history.outcomes.filter(({ addedBaseline }) => !addedBaseline).map(({ point }) => point);
  // Of numbers that were drawn, each stands for itself alone.
  const drawn = drawnAxes(grid);
  const knobs = Object.keys(history.outcomes[0]?.point ?? {}).filter((knob) => !drawn.has(knob));
  let rest = history.outcomes;
  for (;;) {
    const [worst] = knobs
      .filter((knob) => tallies(rest, knob).length > 1)
      .flatMap((knob) => talliesOf(rest, knob, goesWith))
      .filter(({ diverged, knob, value }) => diverged > 0 && !isWanted(wanted, knob, value))
      .toSorted(byBlame);
    if (worst === undefined) return { removed, rest };
    const isWorst = (value: unknown): boolean => JSON.stringify(value) === JSON.stringify(worst.value);
    rest = rest.filter((outcome) => !goesWith(outcome, worst.knob) || !isWorst(valueIn(outcome, worst.knob)));
    removed.push(tallies(history.outcomes, worst.knob).find(({ value }) => isWorst(value)) ?? worst);
  }
}

/** Per value of the knob in the grid, in its order. */
export function tallies(outcomes: readonly TrialOutcome[], knob: string): readonly Tally[] {
  return talliesOf(outcomes, knob, isInGrid);
}

function talliesOf(
  outcomes: readonly TrialOutcome[],
  knob: string,
  counts: (outcome: TrialOutcome, knob: string) => boolean,
): readonly Tally[] {
  const groups = new Map<string, TrialOutcome[]>();
  for (const outcome of outcomes) {
    if (!counts(outcome, knob)) continue;
    const key = JSON.stringify(valueIn(outcome, knob));
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  return [...groups.values()].map((own) => ({
    knob,
    value: valueIn(own[0] as TrialOutcome, knob),
    runs: sum(own.map(({ ended }) => ended)),
    diverged: sum(own.map(({ diverged }) => diverged)),
  }));
}

/** A baseline that the planner added has loss values that are not in the grid. */
function isInGrid({ addedBaseline }: TrialOutcome, knob: string): boolean {
  return !addedBaseline || !isLossKnob(knob);
}

/** The planner adds every baseline again, whatever loss values go. */
function goesWith({ config }: TrialOutcome, knob: string): boolean {
  return !isCrossEntropy(config) || !isLossKnob(knob);
}

function isWanted(wanted: readonly Configuration[], knob: string, value: unknown): boolean {
  return wanted.some(
    (configuration) => JSON.stringify(valueIn(configuration, knob)) === JSON.stringify(value),
  );
}

function byBlame(a: Tally, b: Tally): number {
  const isRate = ({ knob }: Tally): number => Number(knob === 'learning_rate');
  return b.diverged / b.runs - a.diverged / a.runs || isRate(b) - isRate(a) || b.diverged - a.diverged;
}
