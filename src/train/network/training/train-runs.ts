import { classSupport, type SharedDataset } from '../../../data/dataset.js';
import { UserError } from '../../../errors.js';
import { resolveLoss } from '../../../loss/resolve-loss.js';
import { isProbabilityMetric } from '../../../metric.js';
import { DIVERGED, type EpochRecord, type RunResult, type TrialConfig } from '../../../sweep.js';
import { foldRows } from '../../folds/fold-scores.js';
import { scoreSplit } from '../../score.js';
import { outputOf } from '../../split-output.js';
import type { RunJob, Training } from '../../trainer.js';
import { epochBatches } from '../draws/epoch-batches.js';
import { initialWeights } from '../draws/initial-weights.js';
import {
  type Engine,
  type EpochBatches,
  type LaneProgram,
  type LaneSettings,
  type ProgramShape,
  programShape,
} from '../engine.js';
import { evaluateRows, logitsOfRows } from './evaluate-lane.js';
import { evaluateEpochs, evaluateParts } from './evaluate-validation.js';
import { LaneProgress } from './lane-progress.js';
import { modelArrays } from './model-arrays.js';
import { networkPredictor } from './network-model.js';
import { unpackCheckpoint } from './run-checkpoint.js';
import { networkImportance } from './shuffled-network.js';
import { type EpochSums, StepPacer } from './step-pacer.js';

/** A training with a dataset. */
export interface NetworkTraining extends Training {
  readonly dataset: SharedDataset;
}

/** The error for a loss that is no longer finite, after which training is meaningless. */
export class DivergedError extends UserError {
  constructor(readonly epoch: number) {
    super(
      `${DIVERGED} in epoch ${epoch}: the loss is not finite. Lower learning_rate, or check that the features are normalised (normalize: zscore)`,
    );
    this.name = 'DivergedError';
  }
}

/** Runs whose configurations give the same key can train as lanes of one program. */
export function laneKey({ hidden, residual, activation, optimizer, batch_size }: TrialConfig): string {
  return JSON.stringify([hidden, residual, activation, optimizer, batch_size]);
}

/** Trains runs as the lanes of one program, epoch by epoch, until each has ended or pauses, or all were asked to stop. */
export async function trainRuns(engine: Engine, training: NetworkTraining): Promise<'done' | 'stopped'> {
  const { dataset, runs } = training;
  const context = { classNames: dataset.classNames, trainSupport: classSupport(dataset, 'train') };
  let live: readonly LaneProgress[] = runs.map(
    (job) => new LaneProgress(job, resolveLoss(job.config, context), foldRows(job, dataset)),
  );
  const shape = shapeOfRuns(dataset, runs);
  const initial = runs.map(({ seed }) => initialWeights(shape, seed));
  const program = await engine.start(dataset, shape, live.map(laneSettings), initial);
  const pacer = new StepPacer(shape.batchSize, training.shouldStop);
  try {
    for (const [lane, progress] of live.entries()) {
      const saved = training.checkpoints?.load(progress.job.runId);
      if (saved === undefined) continue;
      const checkpoint = unpackCheckpoint(saved);
      progress.restore(checkpoint);
      await program.setState(lane, checkpoint.state);
    }
    live = await leave(program, live, (progress) => !tellPaused(training, progress));
    while (live.length > 0) {
      const batches = live.map(({ job, epochs }) => batchesOf(dataset, job, epochs.length + 1));
      const sums = await pacer.trainEpoch(program, batches);
      if (sums === undefined) return 'stopped';
      const going = new Set<LaneProgress>();
      for (const [lane, progress] of live.entries()) {
        const at = { ...training, engine, program, shape, lane, progress };
        const next = await afterEpoch({ ...at, sums: sums[lane] as EpochSums });
        if (next === 'stopped') return 'stopped';
        if (next === 'goes on') going.add(progress);
      }
      live = await leave(program, live, (progress) => going.has(progress));
    }
    return 'done';
  } finally {
    program.dispose();
  }
}

/** Ends the lanes that do not go on; returns the others. */
async function leave(
  program: LaneProgram,
  live: readonly LaneProgress[],
  goesOn: (progress: LaneProgress) => boolean,
): Promise<readonly LaneProgress[]> {
  const lanes = [...live.keys()].filter((lane) => goesOn(live[lane] as LaneProgress));
  if (lanes.length > 0 && lanes.length < live.length) await program.keep(lanes);
  return lanes.map((lane) => live[lane] as LaneProgress);
}

/** Whether the run pauses, which the listener is then told. */
function tellPaused({ onPaused }: NetworkTraining, { isPaused, job, epochs }: LaneProgress): boolean {
  if (isPaused) onPaused?.(job.runId, epochs);
  return isPaused;
}

interface LaneEpoch extends NetworkTraining {
  readonly engine: Engine;
  readonly shape: ProgramShape;
  readonly program: LaneProgram;
  readonly lane: number;
  readonly progress: LaneProgress;
  readonly sums: EpochSums;
}

/** Evaluates, reports and judges one lane's epoch. */
async function afterEpoch(at: LaneEpoch): Promise<'goes on' | 'ended' | 'stopped'> {
  const { program, dataset, lane, progress, sums } = at;
  const { job, epochs, rows } = progress;
  const evaluation = await evaluateParts(at, rows.parts);
  // They take as long as everything else here.
  const logits = isProbabilityMetric(job.metric.name)
    ? await logitsOfRows(at, dataset.split.validation)
    : NONE;
  if (evaluation === undefined || logits === undefined) return 'stopped';
  const output = { ...outputOf(evaluation), ...(logits !== NONE && { logits }) };
  const validation = scoreSplit(output, 'validation', { ...dataset, metric: job.metric });
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
  const needed = progress.record(record, rows.scoresOutside({ ...evaluation, logits }));
  at.onEpoch(job.runId, record);
  const { stoppedBy } = progress;
  if (stoppedBy !== undefined) return finish(at, stoppedBy);
  if (needed) progress.keepWeights(await program.weights(lane));
  if (at.checkpoints !== undefined && (progress.isPaused || at.checkpoints.isDue(job.runId))) {
    at.checkpoints.save(job.runId, progress.checkpoint(await program.state(lane)));
  }
  return tellPaused(at, progress) ? 'ended' : 'goes on';
}

/** Evaluates validation and test rows with the weights of the epochs chosen for them, and hands the result over. */
async function finish(at: LaneEpoch, stoppedBy: RunResult['stoppedBy']): Promise<'ended' | 'stopped'> {
  const { program, dataset, lane, progress } = at;
  const { job, epochs, chosenEpoch } = progress;
  const last = await program.weights(lane);
  const weightsOf = (epoch: number): Float32Array => progress.weightsOf(epoch) ?? last;
  const useWeights = (epoch: number): Promise<void> => program.setWeights(lane, weightsOf(epoch));
  const validation = await evaluateEpochs(at, progress.scoredRows, useWeights);
  await useWeights(chosenEpoch);
  const test = await evaluateRows(at, dataset.split.test);
  const testLogits = await logitsOfRows(at, dataset.split.test);
  if (validation === undefined || test === undefined || testLogits === undefined) return 'stopped';
  const weights = weightsOf(chosenEpoch);
  const trained = { ...at, settings: laneSettings(progress), weights };
  const columnImportance = job.shufflesColumns === true ? await networkImportance(trained) : [];
  if (columnImportance === undefined) return 'stopped';
  at.onResult({
    runId: job.runId,
    epochs,
    chosenEpoch,
    stoppedBy,
    validation,
    test: { ...outputOf(test), logits: testLogits },
    weights: modelArrays(weights, at.shape),
    ...(job.keepsModel && { predictor: networkPredictor(weights, at.shape) }),
    ...(columnImportance.length > 0 && { columnImportance }),
  });
  return 'ended';
}

const NONE = new Float32Array();

function shapeOfRuns(dataset: SharedDataset, runs: readonly RunJob[]): ProgramShape {
  const [first, ...others] = runs.map(({ config }) => config);
  if (first === undefined) throw new RangeError('there is no run to train');
  if (others.some((config) => laneKey(config) !== laneKey(first))) {
    throw new RangeError('runs of different lane keys cannot train together');
  }
  return programShape(first, dataset);
}

function laneSettings({ job, loss }: LaneProgress): LaneSettings {
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

function batchesOf(dataset: SharedDataset, { seed, config }: RunJob, epoch: number): EpochBatches {
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
