import { dirname, resolve } from 'node:path';
import { readCosts } from '../data/read/read-costs.js';
import { UserError } from '../errors.js';
import { locate } from '../spec/locate.js';
import type { SweepSpec } from '../spec/sweep-spec.js';
import type { CostMatrix } from '../sweep.js';
import { didYouMean } from '../wording/did-you-mean.js';

/** The cost of a mistake that the spec does not name. */
const UNNAMED = 1;

/** The costs of a spec for these classes; null if it has none. Throws UserError for a class that is not there. */
export function costsOf(spec: SweepSpec, classNames: readonly string[]): CostMatrix | null {
  const { costs } = spec;
  if (costs === undefined) return null;
  const given = typeof costs === 'string' ? readCosts(resolve(dirname(spec.file), costs)) : costs;
  const refuseUnknown = (name: string, path: readonly string[]): void => {
    if (classNames.includes(name)) return;
    throw new UserError(`costs: no class is called "${name}".${didYouMean(name, classNames)}`, {
      where: typeof costs === 'string' ? costs : locate(spec, path),
      fix: `The classes are ${classNames.join(', ')}.`,
    });
  };
  for (const [truth, own] of Object.entries(given)) {
    refuseUnknown(truth, ['costs', truth]);
    for (const predicted of typeof own === 'number' ? [] : Object.keys(own)) {
      refuseUnknown(predicted, ['costs', truth, predicted]);
    }
  }
  return classNames.map((truth) => {
    const own = given[truth];
    return classNames.map((predicted) => {
      const named = typeof own === 'number' && truth !== predicted ? own : undefined;
      const pair = typeof own === 'object' ? own[predicted] : named;
      return pair ?? (truth === predicted ? 0 : UNNAMED);
    });
  });
}
