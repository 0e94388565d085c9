import { classSupport, type SharedDataset } from '../../data/dataset.js';
import { evaluateLogits, type LogitsEvaluation } from '../../loss/evaluation.js';
import { resolveLoss } from '../../loss/resolve-loss.js';
import type { RunResult } from '../../sweep.js';
import { foldRows } from '../folds/fold-scores.js';
import { RunEpochs } from '../folds/run-epochs.js';
import { scoreSplit } from '../score.js';
import { outputOf, valuesAt } from '../split-output.js';
import type { RunJob, Training } from '../trainer.js';
import type { BinnedDataset } from './bins/bins.js';
import { Forest, type ForestData, type RoundSums } from './forest.js';
import { packForest, unpackForest } from './forest-checkpoint.js';
import { forestImportance } from './forest-importance.js';
import { forestPredictor } from './forest-model.js';
import { ForestScores } from './forest-scores.js';
import type { TreeKernel } from './tree-kernel.js';

/** What a run is trained with. */
export interface ForestTraining extends Training {
  readonly dataset: SharedDataset;
  readonly kernel: TreeKernel;
  readonly bins: BinnedDataset;
}

/** Trains a run, round by round, until it ends or pauses. */
export function trainForest(job: RunJob, training: ForestTraining): 'done' | 'stopped' {
  const run = new ForestRun(job, training);
  while (run.progress.stoppedBy === undefined) {
    if (run.progress.isPaused) {
      training.onPaused?.(job.runId, run.progress.epochs);
      return 'done';
    }
    const sums = run.forest.grow(training.shouldStop);
    if (sums === undefined) return 'stopped';
    run.afterRound(sums);
    if (run.progress.stoppedBy === undefined) run.save();
  }
  return run.finish(run.progress.stoppedBy);
}

class ForestRun {
  readonly progress: RunEpochs;
  readonly forest: Forest;
  readonly #data: ForestData;
  readonly #validation: ForestScores;
  readonly #targets: Int32Array;

  constructor(
    private readonly job: RunJob,
    private readonly training: ForestTraining,
  ) {
    const { dataset, kernel, bins } = training;
    const { labels, split, classNames } = dataset;
    const context = { classNames, trainSupport: classSupport(dataset, 'train') };
    this.#data = {
      bins,
      labels: valuesAt(labels, split.train),
      classes: classNames.length,
      loss: resolveLoss(job.config, context),
      config: job.config,
      seed: job.seed,
    };
    this.progress = new RunEpochs(job, foldRows(job, dataset));
    this.forest = new Forest(kernel, this.#data);
    this.#targets = valuesAt(labels, split.validation);
    this.#validation = new ForestScores(
      kernel,
      this.forest,
      this.#data,
      'validation',
      split.validation.length,
    );
    const saved = training.checkpoints?.load(job.runId);
    if (saved === undefined) return;
    const checkpoint = unpackForest(saved);
    this.progress.continueFrom(checkpoint);
    this.forest.continueFrom(checkpoint.rounds);
  }

  /** Saves a checkpoint, if one is due or the run pauses. */
  save(): void {
    const { checkpoints } = this.training;
    if (checkpoints === undefined || !(this.progress.isPaused || checkpoints.isDue(this.job.runId))) return;
    const { rounds } = this.forest;
    checkpoints.save(this.job.runId, packForest({ ...this.progress.soFar, rounds }));
  }

  /** Evaluates and records the latest round. */
  afterRound({ loss, correct }: RoundSums): void {
    const { dataset, onEpoch } = this.training;
    const { progress, job } = this;
    const epoch = progress.epochs.length + 1;
    this.#validation.advance(epoch);
    const logits = this.#validation.logits();
    const evaluation = this.#evaluate(logits, this.#targets);
    const validation = scoreSplit({ ...outputOf(evaluation), logits }, 'validation', {
      ...dataset,
      metric: job.metric,
    });
    const rows = this.#data.labels.length;
    const record = {
      epoch,
      trainLoss: loss / rows,
      trainAccuracy: correct / rows,
      validationLoss: validation.loss,
      validation: validation.metrics,
    };
    const { rowCrossEntropies } = evaluation;
    const crossEntropies = progress.rows.parts.map((positions) =>
      positions.reduce((sum, at) => sum + (rowCrossEntropies[at] as number), 0),
    );
    progress.record(record, progress.rows.scoresOutside({ ...evaluation, crossEntropies, logits }));
    onEpoch(job.runId, record);
  }

  /** Hands the result over: each validation row at the round that is chosen for it. */
  finish(stoppedBy: RunResult['stoppedBy']): 'done' | 'stopped' {
    const { dataset, kernel, onResult, shouldStop } = this.training;
    const { progress, forest, job } = this;
    const classes = forest.initial.length;
    const logits = new Float32Array(this.#targets.length * classes);
    this.#validation.reset();
    for (const { epoch, positions } of progress.scoredRows.toSorted((a, b) => a.epoch - b.epoch)) {
      this.#validation.advance(epoch);
      const all = this.#validation.logits();
      for (const row of positions)
        logits.set(all.subarray(row * classes, (row + 1) * classes), row * classes);
    }
    const testRows = dataset.split.test;
    const test = new ForestScores(kernel, forest, this.#data, 'test', testRows.length);
    test.advance(progress.chosenEpoch);
    const testTargets = valuesAt(dataset.labels, testRows);
    const testLogits = test.logits();
    const kept = { kernel, forest, data: this.#data, dataset, chosenRound: progress.chosenEpoch };
    const columnImportance = forestImportance(kept, { shuffles: job.shufflesColumns === true, shouldStop });
    if (columnImportance === undefined) return 'stopped';
    onResult({
      runId: job.runId,
      epochs: progress.epochs,
      chosenEpoch: progress.chosenEpoch,
      stoppedBy,
      validation: { ...outputOf(this.#evaluate(logits, this.#targets)), logits },
      test: { ...outputOf(this.#evaluate(testLogits, testTargets)), logits: testLogits },
      columnImportance,
      ...(job.keepsModel && { predictor: forestPredictor(forest, this.#data.bins, progress.chosenEpoch) }),
    });
    return 'done';
  }

  #evaluate(logits: Float32Array, targets: Int32Array): LogitsEvaluation {
    return evaluateLogits({ logits, targets, classes: this.#data.classes }, this.#data.loss);
  }
}
