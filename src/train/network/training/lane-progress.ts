import type { ClassLoss } from '../../../loss/resolve-loss.js';
import { isBetter } from '../../../metrics/selection.js';
import type { EpochRecord, RunResult, SplitResult } from '../../../sweep.js';
import type { Checkpoint } from '../../checkpoint.js';
import type { RunJob } from '../../trainer.js';
import { packCheckpoint, type RunCheckpoint } from './run-checkpoint.js';

interface Best {
  readonly epoch: number;
  readonly score: number;
  readonly validation: SplitResult;
}

/** The progress of a run: its epochs, the best of them, and whether to continue. */
export class LaneProgress {
  readonly job: RunJob;
  readonly loss: ClassLoss;
  readonly epochs: EpochRecord[] = [];
  /** Weights of the best epoch so far, if it is not the latest. */
  bestWeights: Float32Array | undefined;
  private best: Best | undefined;
  private latest: SplitResult | undefined;

  constructor(job: RunJob, loss: ClassLoss) {
    this.job = job;
    this.loss = loss;
  }

  /** Adds an epoch; returns whether its validation metric is strictly better than all before, which NaN never is. */
  record(epoch: EpochRecord, validation: SplitResult): boolean {
    const score = this.scoreOf(epoch);
    const better = isBetter(this.job.metric, score, this.best?.score);
    if (better) this.best = { epoch: epoch.epoch, score, validation };
    this.latest = validation;
    this.epochs.push(epoch);
    return better;
  }

  /** Everything that a later process needs to continue; `state` is the program's. */
  checkpoint(state: Float32Array): Checkpoint {
    const { latest, best, bestWeights, epochs } = this;
    if (latest === undefined) throw new Error('no epoch was trained');
    return packCheckpoint({ state, epochs, latest, best, bestWeights });
  }

  /** Continues from a checkpoint of this run. */
  restore({ epochs, latest, best, bestWeights }: RunCheckpoint): void {
    this.epochs.push(...epochs);
    this.latest = latest;
    this.bestWeights = bestWeights;
    const bestEpoch = best && epochs[best.epoch - 1];
    if (best !== undefined && bestEpoch !== undefined) {
      this.best = { ...best, score: this.scoreOf(bestEpoch) };
    }
  }

  private scoreOf({ validation }: EpochRecord): number {
    return validation[this.job.metric.name];
  }

  /** Why training is over, or undefined if it continues. */
  get stoppedBy(): RunResult['stoppedBy'] | undefined {
    const { epochs, patience } = this.job.config;
    if (this.epochs.length >= epochs) return 'epochs';
    const waited = this.epochs.length - (this.best?.epoch ?? 0);
    return patience > 0 && waited >= patience ? 'patience' : undefined;
  }

  /** The epoch whose weights are kept, and their validation score. */
  get chosen(): { readonly epoch: number; readonly validation: SplitResult } {
    const last = this.latest && { epoch: this.epochs.length, validation: this.latest };
    const chosen = this.job.config.select === 'last' ? last : (this.best ?? last);
    if (chosen === undefined) throw new Error('no epoch was trained');
    return chosen;
  }
}
