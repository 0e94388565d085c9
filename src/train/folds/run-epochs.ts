import type { Metric } from '../../metric.js';
import { isBetter } from '../../metrics/selection.js';
import type { EpochRecord, RunResult } from '../../sweep.js';
import type { RunJob } from '../trainer.js';
import type { BestEpoch, EpochsSoFar } from './epochs-checkpoint.js';
import { epochMetric, type FoldedRows } from './fold-scores.js';

/** Validation rows that are scored with the model of one epoch. */
export interface EpochRows {
  readonly epoch: number;
  readonly positions: Int32Array;
}

/** The epochs of a run, which of them are chosen, and whether to continue. */
export class RunEpochs {
  readonly epochs: EpochRecord[] = [];
  private readonly metric: Metric;
  /** Of all validation rows: decides which epoch's model is kept, and patience. */
  private best: BestEpoch | undefined;
  /** Of the validation rows outside each fold: decides at which epoch the fold is scored. */
  private bestOutside: readonly (BestEpoch | undefined)[];

  constructor(
    readonly job: RunJob,
    readonly rows: FoldedRows,
  ) {
    this.metric = epochMetric(job);
    this.bestOutside = rows.folds.map(() => undefined);
  }

  /** Adds an epoch with its scores outside each fold; returns whether its model may be needed at the end. */
  record(epoch: EpochRecord, outside: readonly number[]): boolean {
    this.epochs.push(epoch);
    this.best = this.better(this.best, epoch.validation[this.metric.name]);
    this.bestOutside = this.bestOutside.map((best, fold) => this.better(best, outside[fold]));
    return this.job.config.select !== 'last' && this.neededEpochs.has(epoch.epoch);
  }

  /** What a later process needs to continue. */
  get soFar(): EpochsSoFar {
    const { epochs, best, bestOutside } = this;
    return { epochs, best, bestOutside };
  }

  /** Continues after these epochs. */
  continueFrom({ epochs, best, bestOutside }: EpochsSoFar): void {
    this.epochs.push(...epochs);
    this.best = best;
    this.bestOutside = bestOutside;
  }

  /** The latest epoch if its score is strictly better than the best before, which NaN never is. */
  private better(best: BestEpoch | undefined, score = Number.NaN): BestEpoch | undefined {
    return isBetter(this.metric, score, best?.score) ? { epoch: this.epochs.length, score } : best;
  }

  /** Those whose models would be needed if training ended now. */
  protected get neededEpochs(): ReadonlySet<number> {
    return new Set([this.chosenEpoch, ...this.bestOutside.map((best) => this.chosen(best))]);
  }

  /** Why training is over, or undefined if it continues. */
  get stoppedBy(): RunResult['stoppedBy'] | undefined {
    const { epochs, patience } = this.job.config;
    if (this.epochs.length >= epochs) return 'epochs';
    const waited = this.epochs.length - (this.best?.epoch ?? 0);
    return patience > 0 && waited >= patience ? 'patience' : undefined;
  }

  /** Whether the run has not ended and waits to be trained again. */
  get isPaused(): boolean {
    return this.stoppedBy === undefined && this.epochs.length >= (this.job.pauseAfter ?? Infinity);
  }

  /** The epoch whose model is kept. */
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
