import { LOGIT_STEPS } from '../sweep.js';

const MOST = 0xffff;

/** Writes logits (rows × classes) into `out` from `at`, as distances below the largest of each row, as in `RunResult`. */
export function compactLogits(logits: Float32Array, classes: number, out: Uint16Array, at: number): void {
  for (let start = 0; start < logits.length; start += classes) {
    let largest = logits[start] as number;
    for (let j = 1; j < classes; j++) {
      const logit = logits[start + j] as number;
      if (logit > largest) largest = logit;
    }
    for (let j = 0; j < classes; j++) {
      const steps = (largest - (logits[start + j] as number)) * LOGIT_STEPS;
      // What is not negative is rounded like this far sooner than by Math.round.
      out[at + start + j] = steps > MOST ? MOST : (steps + 0.5) | 0;
    }
  }
}
