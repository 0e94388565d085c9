import type { EpochBatches, LaneProgram } from '../engine.js';

/** How long training may take between two checks of the stop flag. */
const CHUNK_MS = 50;

/** An epoch of one lane: Σ loss, correct rows and all rows. */
export interface EpochSums {
  readonly loss: number;
  readonly correct: number;
  readonly rows: number;
}

/** Trains epochs in chunks of steps that take about CHUNK_MS on any engine. No result depends on the chunks. */
export class StepPacer {
  private chunkSteps = 1;

  constructor(
    private readonly batchSize: number,
    private readonly shouldStop: () => boolean,
  ) {}

  /** Trains one epoch of all lanes; undefined after a request to stop. */
  async trainEpoch(
    program: LaneProgram,
    batches: readonly EpochBatches[],
  ): Promise<readonly EpochSums[] | undefined> {
    const sums = batches.map(({ rows }) => ({ loss: 0, correct: 0, rows: rows.length }));
    const stepCount = Math.ceil(Math.max(...sums.map(({ rows }) => rows)) / this.batchSize);
    let step = 0;
    while (step < stepCount) {
      if (this.shouldStop()) return undefined;
      const count = Math.min(this.chunkSteps, stepCount - step);
      const startedMs = performance.now();
      const trained = await program.train(batches, step, count);
      this.adapt(count, performance.now() - startedMs);
      for (const [lane, { losses, correct }] of trained.entries()) {
        const sum = sums[lane];
        if (sum === undefined) continue;
        for (const loss of losses) sum.loss += loss;
        sum.correct += correct;
      }
      step += count;
    }
    return sums;
  }

  /** Grows at most fourfold, because the first steps of a program are slow and not typical. */
  private adapt(count: number, elapsedMs: number): void {
    const fitting = Math.floor((count * CHUNK_MS) / Math.max(elapsedMs, 0.01));
    this.chunkSteps = Math.max(1, Math.min(fitting, this.chunkSteps * 4));
  }
}
