import { classSupport, type Dataset } from '../../data/dataset.js';
import { UserError } from '../../errors.js';
import { resolveLoss } from '../../loss/resolve-loss.js';
import { DIVERGED, type EpochRecord, type RunResult, type TrialConfig } from '../../sweep.js';
import type { Checkpoints } from '../checkpoint.js';
import type { Engine, EpochBatches, LaneSettings, ProgramShape, Trainer } from './engine.js';
import { epochBatches } from './epoch-batches.js';
import { evaluateSplit, splitLogits } from './evaluate-split.js';
import { initialWeights } from './initial-weights.js';
import { type RunJob, RunProgress } from './run-progress.js';
import { type EpochSums, StepPacer } from './step-pacer.js';

export type { RunJob } from './run-progress.js';

/** What trainRuns works on and tells. */
export interface TrainRunsOptions {
  readonly engine: Engine;
  readonly dataset: Dataset;
  /** All of one lane key. */
  readonly runs: readonly RunJob[];
  /** Looked at every 100 ms or so. */
  readonly shouldStop: () => boolean;
  readonly onEpoch: (runId: string, epoch: EpochRecord) => void;
  readonly onResult: (result: RunResult) => void;
  /** A run that failed by itself; the others go on. */
  readonly onFailed: (runId: string, error: Error) => void;
  /** Without them every run begins at its first epoch. */
  readonly checkpoints?: Checkpoints | undefined;
}

/** A loss that is no longer finite: nothing that follows would mean anything. */
export class DivergedError extends UserError {
  constructor(readonly epoch: number) {
    super(
      `${DIVERGED} in epoch ${epoch}: the loss is not finite. Lower learning_rate, or check that the features are normalised (normalize: zscore)`,
    );
    this.name = 'DivergedError';
  }
}

/** Runs whose configurations give the same key can train as lanes of one program. */
export function laneKey({ hidden, activation, optimizer, batch_size }: TrialConfig): string {
  return JSON.stringify([hidden, activation, optimizer, batch_size]);
}

/** Trains runs together, epoch by epoch, until each has ended by itself or all were asked to stop. */
export async function trainRuns(options: TrainRunsOptions): Promise<'done' | 'stopped'> {
  const { dataset, engine, runs } = options;
  const context = { classNames: dataset.classNames, trainSupport: classSupport(dataset, 'train') };
  let live = runs.map((job) => new RunProgress(job, resolveLoss(job.config, context)));
  const shape = programShape(dataset, runs);
  const initial = runs.map(({ seed }) => initialWeights(shape.layers, seed));
  const trainer = await engine.start(dataset, shape, live.map(laneSettings), initial);
  const pacer = new StepPacer(shape.batchSize, options.shouldStop);
  try {
    for (const [lane, progress] of live.entries()) {
      const checkpoint = options.checkpoints?.load(progress.job.runId);
      if (checkpoint === undefined) continue;
      progress.restore(checkpoint);
      await trainer.setState(lane, checkpoint.state);
    }
    while (live.length > 0) {
      const batches = live.map(({ job, epochs }) => batchesOf(dataset, job, epochs.length + 1));
      const sums = await pacer.trainEpoch(trainer, batches);
      if (sums === undefined) return 'stopped';
      const going: number[] = [];
      for (const [lane, progress] of live.entries()) {
        const next = await afterEpoch({ ...options, trainer, lane, progress, sums: sums[lane] as EpochSums });
        if (next === 'stopped') return 'stopped';
        if (next === 'goes on') going.push(lane);
      }
      if (going.length > 0 && going.length < live.length) await trainer.keep(going);
      live = going.map((lane) => live[lane] as RunProgress);
    }
    return 'done';
  } finally {
    trainer.dispose();
  }
}

interface LaneEpoch extends TrainRunsOptions {
  readonly trainer: Trainer;
  readonly lane: number;
  readonly progress: RunProgress;
  readonly sums: EpochSums;
}

/** Evaluates, reports and judges one lane's epoch. */
async function afterEpoch(at: LaneEpoch): Promise<'goes on' | 'ended' | 'stopped'> {
  const { trainer, lane, progress, sums } = at;
  const { job, epochs } = progress;
  const validation = await evaluateSplit({ ...at, split: 'validation' });
  if (validation === undefined) return 'stopped';
  const epoch = epochs.length + 1;
  if (!Number.isFinite(sums.loss) || !Number.isFinite(validation.loss)) {
    at.onFailed(job.runId, new DivergedError(epoch));
    return 'ended';
  }
  const record: EpochRecord = {
    epoch,
    trainLoss: sums.loss / sums.rows,
    trainAccuracy: sums.correct / sums.rows,
    validationLoss: validation.loss,
    validation: validation.metrics,
  };
  const better = progress.record(record, validation);
  at.onEpoch(job.runId, record);
  const { stoppedBy } = progress;
  if (stoppedBy === undefined) {
    if (better && job.config.select === 'best') progress.bestWeights = await trainer.weights(lane);
    if (at.checkpoints?.isDue(job.runId)) {
      at.checkpoints.save(job.runId, progress.checkpoint(await trainer.state(lane)));
    }
    return 'goes on';
  }
  return finish(at, stoppedBy);
}

/** Measures the chosen weights on the test rows, takes their validation logits, and hands the result over. */
async function finish(at: LaneEpoch, stoppedBy: RunResult['stoppedBy']): Promise<'ended' | 'stopped'> {
  const { trainer, lane, progress } = at;
  const { epoch, validation } = progress.chosen;
  if (epoch < progress.epochs.length && progress.bestWeights !== undefined) {
    await trainer.setWeights(lane, progress.bestWeights);
  }
  const test = await evaluateSplit({ ...at, split: 'test' });
  const validationLogits = await splitLogits({ ...at, split: 'validation' });
  if (test === undefined || validationLogits === undefined) return 'stopped';
  const { runId } = progress.job;
  const { epochs } = progress;
  at.onResult({ runId, epochs, chosenEpoch: epoch, stoppedBy, validation, test, validationLogits });
  return 'ended';
}

function programShape(dataset: Dataset, runs: readonly RunJob[]): ProgramShape {
  const [first, ...others] = runs.map(({ config }) => config);
  if (first === undefined) throw new RangeError('there is no run to train');
  if (others.some((config) => laneKey(config) !== laneKey(first))) {
    throw new RangeError('runs of different lane keys cannot train together');
  }
  return {
    layers: [dataset.featureCount, ...first.hidden, dataset.classNames.length],
    activation: first.activation,
    optimizer: first.optimizer,
    batchSize: first.batch_size,
  };
}

function laneSettings({ job, loss }: RunProgress): LaneSettings {
  const { learning_rate, momentum, weight_decay, dropout } = job.config;
  return {
    ...loss,
    seed: job.seed,
    learningRate: learning_rate,
    momentum,
    weightDecay: weight_decay,
    dropout,
  };
}

function batchesOf(dataset: Dataset, { seed, config }: RunJob, epoch: number): EpochBatches {
  return epochBatches({
    labels: dataset.labels,
    rows: dataset.split.train,
    classCount: dataset.classNames.length,
    seed,
    epoch,
    sampler: config.sampler,
    mixup: config.mixup,
  });
}
