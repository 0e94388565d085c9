import { dirname, resolve } from 'node:path';
import { readCosts } from '../data/read/read-costs.js';
import { UserError } from '../errors.js';
import { locate } from '../spec/locate.js';
import type { SweepSpec } from '../spec/sweep-spec.js';
import type { CostMatrix } from '../sweep.js';
import { classesText, didYouMeanClass, namesByClass } from '../wording/class-names.js';

/** The cost of a mistake that the spec does not name. */
const UNNAMED = 1;

/** The costs of a spec for these classes; null if it has none. Throws UserError for a class that is not there. */
export function costsOf(spec: SweepSpec, classNames: readonly string[]): CostMatrix | null {
  const { costs } = spec;
  if (costs === undefined) return null;
  const given = typeof costs === 'string' ? readCosts(resolve(dirname(spec.file), costs)) : costs;
  const places = (own: object, path: readonly string[]): ReadonlyMap<number, string> => {
    const where = (name: string): string =>
      typeof costs === 'string' ? costs : locate(spec, [...path, name]);
    return namesByClass(Object.keys(own), classNames, {
      unknown: (name) =>
        new UserError(`costs: no class is called "${name}".${didYouMeanClass(name, classNames)}`, {
          where: where(name),
          fix: `The classes are ${classesText(classNames)}.`,
        }),
      twice: (first, second, className) =>
        new UserError(`costs: "${first}" and "${second}" are one class`, {
          where: where(second),
          fix: `Name "${className}" once.`,
        }),
    });
  };
  const truths = places(given, ['costs']);
  return classNames.map((_truth, at) => {
    const name = truths.get(at);
    const own = name === undefined ? undefined : given[name];
    const predicted = typeof own === 'object' ? places(own, ['costs', name ?? '']) : undefined;
    return classNames.map((_predicted, other) => {
      const named = typeof own === 'number' && at !== other ? own : undefined;
      const pair = typeof own === 'object' ? own[predicted?.get(other) ?? ''] : named;
      return pair ?? (at === other ? 0 : UNNAMED);
    });
  });
}
