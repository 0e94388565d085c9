import type { Comparison } from '../../analysis/comparison/comparison.js';
import { snakeKeys } from './snake-keys.js';

/** Grows when a field changes its meaning or is removed, not when one is added. docs/report-json.md describes the format. */
const FORMAT = 1;

/** A comparison for scripts: plain data, snake_case keys; NaN is null. */
export function comparisonJson(comparison: Comparison) {
  const { sides, differing, classNames, draws, notes } = comparison;
  return {
    format: FORMAT,
    sides: sides.map(({ recalls: _, remarks: __, ...side }) => snakeKeys(side)),
    differing,
    classes: classNames.map((name) => ({
      name,
      recalls: sides.map(({ recalls }) => recalls.get(name) ?? null),
    })),
    draws,
    notes,
  };
}
