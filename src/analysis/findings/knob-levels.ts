import { isUsed } from '../../knobs/idle-knobs.js';
import { knobValue } from '../../knobs/knob-value.js';
import { UNUSED, valueLabel } from '../point-label.js';
import type { Configuration } from '../ranking/configuration.js';
import type { KnobLevels } from './findings.js';

/** The knobs in which configurations differ, each with its values in natural order: numbers rising, then others by name. */
export function knobLevels(configurations: readonly Configuration[]): readonly KnobLevels[] {
  const knobs = [...new Set(configurations.flatMap(({ point }) => Object.keys(point) as string[]))];
  return knobs.flatMap((knob) => {
    const values = configurations.flatMap(({ config }) =>
      isUsed(knob, config) ? [knobValue(config, knob)] : [],
    );
    const isIdle = values.length < configurations.length;
    const labels = [...inOrder(values), ...(isIdle ? [UNUSED] : [])];
    const isNumeric = values.every((value) => typeof value === 'number');
    return labels.length > 1 ? [{ knob, labels, isNumeric }] : [];
  });
}

function inOrder(values: readonly unknown[]): readonly string[] {
  const numbers = new Map(
    values.map((value) => [valueLabel(value), typeof value === 'number' ? value : Number.NaN]),
  );
  const numberOf = (label: string): number => numbers.get(label) ?? Number.NaN;
  return [...numbers.keys()].toSorted((a, b) => {
    const [left, right] = [numberOf(a), numberOf(b)];
    if (Number.isNaN(left) || Number.isNaN(right)) {
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || (a < b ? -1 : 1);
    }
    return left - right;
  });
}
