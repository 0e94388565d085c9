import type { Stretch } from '../store/store.js';

/** Trials whose runs are in memory at a time. */
const TRIALS = 64;

/** So many trials in stretches of a few. */
export function* stretches(trials: number): Generator<Stretch> {
  for (let skip = 0; skip < trials; skip += TRIALS) yield { skip, take: TRIALS };
}
