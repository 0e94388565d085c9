import fc from 'fast-check';
import type { ClassDecision, CostDecision } from '../../src/model/model.js';

const rowOf = (classes: number, least: number, most: number) =>
  fc.array(fc.double({ min: least, max: most, noNaN: true }), { minLength: classes, maxLength: classes });

/** Decisions of every kind for so many classes. */
export const anyDecision = (classes: number): fc.Arbitrary<ClassDecision> =>
  fc.oneof(
    rowOf(classes, -6, 6).map((offsets) => ({ kind: 'offsets' as const, name: 'class offsets', offsets })),
    fc.record({
      kind: fc.constant('threshold' as const),
      name: fc.constant('precision'),
      classIndex: fc.nat(classes - 1),
      threshold: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('costs' as const),
      name: fc.constant('least cost'),
      temperature: fc.double({ min: 0.5, max: 4, noNaN: true }),
      offsets: rowOf(classes, -2, 2),
      costs: fc.array(rowOf(classes, 0, 10), { minLength: classes, maxLength: classes }),
    }),
  );

/**
 * What the contract of decisions means, in plain arithmetic: the class of a row's probabilities; null where rounding to float32 could
 * lead to another one.
 */
export function referenceClass(decision: ClassDecision, probabilities: readonly number[]): number | null {
  if (decision.kind === 'threshold') {
    const { classIndex, threshold } = decision;
    const own = probabilities[classIndex] as number;
    if (Math.abs(own - threshold) < NEAR) return null;
    if (own > threshold) return classIndex;
    return largest(probabilities.map((share, cls) => (cls === classIndex ? -1 : share)));
  }
  if (decision.kind === 'offsets') {
    return largest(probabilities.map((share, cls) => Math.log(share) + (decision.offsets[cls] as number)));
  }
  return largest(expectedCosts(decision, probabilities).map((cost) => -cost));
}

const NEAR = 1e-4;

function expectedCosts(
  { temperature, offsets, costs }: CostDecision,
  probabilities: readonly number[],
): readonly number[] {
  const powers = probabilities.map(
    (share, cls) => share ** (1 / temperature) * Math.exp(offsets[cls] as number),
  );
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((_, predicted) =>
    powers.reduce((sum, power, truth) => sum + (power / total) * (costs[truth]?.[predicted] ?? 0), 0),
  );
}

function largest(scores: readonly number[]): number | null {
  const [first = 0, second = 0] = scores.toSorted((a, b) => b - a);
  return first - second < NEAR ? null : scores.indexOf(first);
}
