import type { RareClassSpec } from '../../spec/data-spec.js';
import { classesText, classIndex, didYouMeanClass } from '../../wording/class-names.js';
import { counted } from '../../wording/counted.js';
import { SpecMistake } from '../spec-mistake.js';

/** A class and its rows per split. */
export interface ClassCount {
  readonly name: string;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

const DEFAULT_QUANTILE = 0.25;

/**
 * Indices of the rare classes, ascending. Classes without a validation and a test row cannot be measured and are left out. `quantile` takes that
 * share of the others, rounded down but at least one, from the fewest training rows on (ties by name).
 */
export function rareClasses(classes: readonly ClassCount[], spec: RareClassSpec | undefined): number[] {
  const rule = spec ?? { quantile: DEFAULT_QUANTILE };
  if (!('quantile' in rule) && !('max_support' in rule)) return namedClasses(classes, rule);
  const measurable = classes.flatMap((one, index) => (isMeasurable(one) ? [{ ...one, index }] : []));
  const chosen =
    'max_support' in rule
      ? measurable.filter((one) => one.train <= rule.max_support)
      : measurable
          .sort((a, b) => a.train - b.train || (a.name < b.name ? -1 : 1))
          .slice(0, Math.max(1, Math.floor(measurable.length * rule.quantile)));
  if (chosen.length === 0) {
    const fewest = Math.min(...measurable.map((one) => one.train));
    throw new SpecMistake('no class is rare by this rule', ['data', 'rare_classes'], {
      fix: `The smallest class has ${counted(fewest, 'training row')}; raise max_support to at least that.`,
    });
  }
  return chosen.map((one) => one.index).sort((a, b) => a - b);
}

function isMeasurable(one: ClassCount): boolean {
  return one.validation > 0 && one.test > 0;
}

function namedClasses(classes: readonly ClassCount[], names: readonly string[]): number[] {
  const known = classes.map((one) => one.name);
  const indices = new Set<number>();
  for (const [at, name] of names.entries()) {
    const index = classIndex(name, known);
    const found = classes[index];
    if (found === undefined) {
      throw new SpecMistake(
        `no class is called "${name}".${didYouMeanClass(name, known)}`,
        ['data', 'rare_classes', at],
        { fix: `The classes are ${classesText(known)}.` },
      );
    }
    if (!isMeasurable(found)) {
      throw new SpecMistake(
        `class "${name}" has no row in validation or test, so its recall cannot be measured`,
        ['data', 'rare_classes', at],
        { fix: 'Remove it from the list.' },
      );
    }
    indices.add(index);
  }
  if (indices.size === 0) {
    throw new SpecMistake('the list of rare classes is empty', ['data', 'rare_classes'], {
      fix: 'Name at least one class, or leave `rare_classes:` out.',
    });
  }
  return [...indices].sort((a, b) => a - b);
}
