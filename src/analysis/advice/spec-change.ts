import { knobValue } from '../../knobs/knob-value.js';
import { isCrossEntropy, isLossKnob } from '../../knobs/plain-loss.js';
import type { Configuration } from '../ranking/configuration.js';
import type { SpecChange } from './advice.js';
import { gridValues, type SweepHistory, valueIn } from './sweep-history.js';

/** The axis with these values, each once; a single value becomes a constant. */
export function axisChange(knob: string, values: readonly unknown[]): SpecChange {
  const distinct = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  return {
    path: ['parameters', knob],
    value: distinct.length === 1 ? { value: distinct[0] } : { values: distinct },
  };
}

/** So many epochs, also where they are an axis. */
export function epochsChange(history: SweepHistory, { point }: Configuration, more: number): SpecChange {
  if (!('epochs' in point)) return { path: ['train', 'epochs'], value: more };
  const values = gridValues(history, 'epochs');
  return axisChange('epochs', values.length === 1 ? [more] : [...values, more]);
}

/** The values of a changed axis, as JSON. */
export function axisValues(value: SpecChange['value']): ReadonlySet<string> {
  const axis = value as { readonly value?: unknown; readonly values?: readonly unknown[] };
  return new Set((axis.values ?? [axis.value]).map((own) => JSON.stringify(own)));
}

/** Whether the next sweep has other configurations: the planner adds every baseline that is taken out of the grid again. */
export function changesGrid({ outcomes }: SweepHistory, { path: [place, name], value }: SpecChange): boolean {
  const knob = name ?? '';
  if (place !== 'parameters') return true;
  // A program has only what it is given.
  if (outcomes.every(({ config }) => knobValue(config, knob) === undefined)) return false;
  if (!isLossKnob(knob)) return true;
  const next = axisValues(value);
  const ownValue = (outcome: SweepHistory['outcomes'][number]): string =>
    JSON.stringify(valueIn(outcome, knob));
  const now = new Set(outcomes.filter(({ addedBaseline }) => !addedBaseline).map(ownValue));
  const isNew = [...next].some((own) => !now.has(own));
  return isNew || outcomes.some((outcome) => !next.has(ownValue(outcome)) && !isCrossEntropy(outcome.config));
}

/** Whether all values of the axis are in the grid already. */
export function narrows(histories: readonly SweepHistory[], { space, path, value }: SpecChange): boolean {
  const [place, knob = ''] = path;
  const history = histories.find((own) => own.space === (space ?? null));
  if (place !== 'parameters' || history === undefined) return false;
  const grid = new Set(gridValues(history, knob).map((own) => JSON.stringify(own)));
  return [...axisValues(value)].every((own) => grid.has(own));
}

/** Whether the next spec would have no configuration with the values that it names as the baseline, for which it is refused. */
export function takesBaselineOut({ baseline }: Pick<SweepHistory, 'baseline'>, change: SpecChange): boolean {
  const { path, value } = change;
  const [place, knob = ''] = path;
  const named = baseline?.[knob];
  if (named === undefined || path.length > 2) return false;
  return place === 'parameters' ? !axisValues(value).has(JSON.stringify(named)) : value !== named;
}
