import type { ClassLoss } from '../../../loss/resolve-loss.js';
import type { Checkpoint } from '../../checkpoint.js';
import type { FoldedRows } from '../../folds/fold-scores.js';
import { RunEpochs } from '../../folds/run-epochs.js';
import type { RunJob } from '../../trainer.js';
import { packCheckpoint, type RunCheckpoint } from './run-checkpoint.js';

/** The progress of a lane's run, with the weights of the epochs that are chosen. */
export class LaneProgress extends RunEpochs {
  private weights: ReadonlyMap<number, Float32Array> = new Map();

  constructor(
    job: RunJob,
    readonly loss: ClassLoss,
    rows: FoldedRows,
  ) {
    super(job, rows);
  }

  /** Keeps the weights of the latest epoch, and of no epoch that is not needed any more. */
  keepWeights(weights: Float32Array): void {
    const needed = this.neededEpochs;
    const kept = [...this.weights].filter(([epoch]) => needed.has(epoch));
    this.weights = new Map([...kept, [this.epochs.length, weights]]);
  }

  /** Weights of an earlier epoch that was chosen. */
  weightsOf(epoch: number): Float32Array | undefined {
    return this.weights.get(epoch);
  }

  /** Everything that a later process needs to continue; `state` is the program's. */
  checkpoint(state: Float32Array): Checkpoint {
    return packCheckpoint({ state, ...this.soFar, weights: this.weights });
  }

  /** Continues from a checkpoint of this run. */
  restore(checkpoint: RunCheckpoint): void {
    this.continueFrom(checkpoint);
    this.weights = checkpoint.weights;
  }
}
