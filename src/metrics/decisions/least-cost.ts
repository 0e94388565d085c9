import { type CostMatrix, LOGIT_STEPS } from '../../sweep.js';
import type { ScoredRows } from './scored-rows.js';

/** What the probabilities of a row are: softmax(z / T + b). */
export interface Probabilities {
  readonly offsets: readonly number[];
  readonly temperature: number;
}

/** Writes, for some rows, the class whose expected cost is the lowest into `decided`; of equal ones the lowest class. */
export function decideByCosts(
  { logits, trainSupport }: ScoredRows,
  {
    shown,
    offsets,
    temperature,
    costs,
  }: Probabilities & { readonly shown: readonly number[]; readonly costs: CostMatrix },
  decided: Uint16Array,
): void {
  const classes = trainSupport.length;
  const weights = new Float64Array(classes);
  for (const row of shown) {
    for (let j = 0; j < classes; j++) {
      const logit =
        -(logits[row * classes + j] as number) / LOGIT_STEPS / temperature + (offsets[j] as number);
      weights[j] = Math.exp(logit);
    }
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (let j = 0; j < classes; j++) {
      let cost = 0;
      for (let truth = 0; truth < classes; truth++)
        cost += (weights[truth] as number) * (costs[truth]?.[j] ?? 0);
      if (cost < least) [best, least] = [j, cost];
    }
    decided[row] = best;
  }
}

/** Mean cost of some rows as they were decided. */
export function meanCost(
  labels: Uint16Array,
  decided: Uint16Array,
  { shown, costs }: { readonly shown: readonly number[]; readonly costs: CostMatrix },
): number {
  const sum = shown.reduce(
    (total, row) => total + (costs[labels[row] as number]?.[decided[row] as number] ?? 0),
    0,
  );
  return sum / Math.max(1, shown.length);
}
