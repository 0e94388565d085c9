import { type FocalParameters, nonTargetLogSumExp, softplus } from './focal-loss.js';

/** Losses and predictions over rows whose logits arrive slice by slice; nothing is allocated per slice. */
export class Evaluation {
  /** Arg-max of every row so far; ties go to the lowest class. */
  readonly predictions: Uint16Array;
  private readonly targets: Int32Array;
  private readonly parameters: FocalParameters;
  private rows = 0;
  private focalSum = 0;
  private logSum = 0;

  /** `targets` has the class of every row, in the order in which their logits will come. */
  constructor(targets: Int32Array, parameters: FocalParameters) {
    this.targets = targets;
    this.parameters = parameters;
    this.predictions = new Uint16Array(targets.length);
  }

  /** Takes in the logits (rows × classes) of the next rows. */
  add(logits: Float32Array, classes: number): void {
    const { alpha, gamma } = this.parameters;
    const batch = { logits, targets: this.targets, classes };
    for (let start = 0; start < logits.length; start += classes) {
      const target = this.targets[this.rows] as number;
      const d = nonTargetLogSumExp(batch, start, target) - (logits[start + target] as number);
      const logLoss = softplus(d);
      this.logSum += logLoss;
      this.focalSum += (alpha[target] as number) * Math.exp(-gamma * softplus(-d)) * logLoss;
      this.predictions[this.rows++] = argMax(logits, start, classes);
    }
  }

  /** Mean focal loss of the rows so far; 0 of none. */
  get focalLoss(): number {
    return this.focalSum / Math.max(1, this.rows);
  }

  /** Mean cross-entropy of the rows so far, in nats; 0 of none. */
  get logLoss(): number {
    return this.logSum / Math.max(1, this.rows);
  }
}

function argMax(values: Float32Array, start: number, count: number): number {
  let best = 0;
  for (let j = 1; j < count; j++) {
    if ((values[start + j] as number) > (values[start + best] as number)) best = j;
  }
  return best;
}
