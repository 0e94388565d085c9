import type { ClassLoss } from '../../../loss/resolve-loss.js';
import { isBetter } from '../../../metrics/selection.js';
import type { EpochRecord, RunResult } from '../../../sweep.js';
import type { Checkpoint } from '../../checkpoint.js';
import type { RunJob } from '../../trainer.js';
import type { EpochRows } from './evaluate-validation.js';
import type { FoldedRows } from './fold-scores.js';
import { type BestEpoch, packCheckpoint, type RunCheckpoint } from './run-checkpoint.js';

/** The progress of a run: its epochs, which of them are chosen, and whether to continue. */
export class LaneProgress {
  readonly epochs: EpochRecord[] = [];
  /** Of all validation rows: decides which weights are kept, and patience. */
  private best: BestEpoch | undefined;
  /** Of the validation rows outside each fold: decides at which epoch the fold is scored. */
  private bestOutside: readonly (BestEpoch | undefined)[];
  private weights: ReadonlyMap<number, Float32Array> = new Map();

  constructor(
    readonly job: RunJob,
    readonly loss: ClassLoss,
    readonly rows: FoldedRows,
  ) {
    this.bestOutside = rows.folds.map(() => undefined);
  }

  /** Adds an epoch with its scores outside each fold; returns whether its weights may be needed at the end. */
  record(epoch: EpochRecord, outside: readonly number[]): boolean {
    this.epochs.push(epoch);
    this.best = this.better(this.best, epoch.validation[this.job.metric.name]);
    this.bestOutside = this.bestOutside.map((best, fold) => this.better(best, outside[fold]));
    return this.job.config.select === 'best' && this.neededEpochs.has(epoch.epoch);
  }

  /** The latest epoch if its score is strictly better than the best before, which NaN never is. */
  private better(best: BestEpoch | undefined, score = Number.NaN): BestEpoch | undefined {
    return isBetter(this.job.metric, score, best?.score) ? { epoch: this.epochs.length, score } : best;
  }

  private get neededEpochs(): ReadonlySet<number> {
    return new Set([this.chosenEpoch, ...this.bestOutside.map((best) => this.chosen(best))]);
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
    const { epochs, best, bestOutside, weights } = this;
    return packCheckpoint({ state, epochs, best, bestOutside, weights });
  }

  /** Continues from a checkpoint of this run. */
  restore({ epochs, best, bestOutside, weights }: RunCheckpoint): void {
    this.epochs.push(...epochs);
    this.best = best;
    this.bestOutside = bestOutside;
    this.weights = weights;
  }

  /** Why training is over, or undefined if it continues. */
  get stoppedBy(): RunResult['stoppedBy'] | undefined {
    const { epochs, patience } = this.job.config;
    if (this.epochs.length >= epochs) return 'epochs';
    const waited = this.epochs.length - (this.best?.epoch ?? 0);
    return patience > 0 && waited >= patience ? 'patience' : undefined;
  }

  /** The epoch whose weights are kept. */
  get chosenEpoch(): number {
    return this.chosen(this.best);
  }

  /** The validation rows by the epoch at which they are scored: the one that is best on the rows of the other folds. */
  get scoredRows(): readonly EpochRows[] {
    const epochOfFold = this.bestOutside.map((best) => this.chosen(best));
    return [...new Set(epochOfFold)].map((epoch) => ({
      epoch,
      positions: Int32Array.from(
        this.rows.folds.flatMap((positions, fold) => (epochOfFold[fold] === epoch ? [...positions] : [])),
      ).sort(),
    }));
  }

  private chosen(best: BestEpoch | undefined): number {
    return this.job.config.select === 'last' ? this.epochs.length : (best?.epoch ?? this.epochs.length);
  }
}
