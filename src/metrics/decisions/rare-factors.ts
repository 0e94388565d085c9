import { LOGIT_STEPS } from '../../sweep.js';
import type { ScoredRows } from './scored-rows.js';

/** How often each rare class may count when a row is decided: factors of its probability. */
export const RARE_FACTORS = [1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50] as const;

/** What is added to the logits of the classes, in nats, so that the probability of each rare one counts `factor` times. */
export function rareOffsets(
  classCount: number,
  rareClasses: readonly number[],
  factor: number,
): readonly number[] {
  const rare = new Set(rareClasses);
  return Array.from({ length: classCount }, (_, cls) => (rare.has(cls) ? Math.log(factor) : 0));
}

/** The decision's name, as `--decide` takes it. */
export function rareFactorName(factor: number): string {
  return `rare classes=${factor}`;
}

/**
 * The decided class of each row under each of the factors. Rare classes gain alike, so a row can only leave a class that is not rare, for
 * its likeliest rare one, when the factor exceeds the quotient of the two.
 */
export function rareFactorPredictions({
  logits,
  predictions,
  rareClasses,
}: Pick<ScoredRows, 'logits' | 'predictions' | 'rareClasses'>): readonly Uint16Array[] {
  const classes = logits.length / Math.max(1, predictions.length);
  const limits = RARE_FACTORS.map((factor) => Math.log(factor) * LOGIT_STEPS);
  const decided = RARE_FACTORS.map(() => predictions.slice());
  for (const [row, own] of predictions.entries()) {
    if (rareClasses.includes(own)) continue;
    const at = row * classes;
    let [rival, distance] = [own, Number.POSITIVE_INFINITY];
    for (const cls of rareClasses) {
      const value = logits[at + cls] as number;
      if (value < distance) [rival, distance] = [cls, value];
    }
    const between = distance - (logits[at + own] as number);
    for (const [place, limit] of limits.entries()) {
      if (between < limit) (decided[place] as Uint16Array)[row] = rival;
    }
  }
  return decided;
}
