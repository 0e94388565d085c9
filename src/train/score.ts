import type { SharedDataset } from '../data/dataset.js';
import { evaluateLogits } from '../loss/evaluation.js';
import { isProbabilityMetric, METRIC_NAMES, type Metric, type MetricValues } from '../metric.js';
import { splitMetrics } from '../metrics/classification-metrics.js';
import { compactLogits } from '../metrics/compact-logits.js';
import { confusionMatrix } from '../metrics/confusion.js';
import {
  columnsOf,
  crossEntropySum,
  type ProbabilityScores,
  probabilityMetrics,
} from '../metrics/probability-metrics.js';
import { argMaxRows, softmaxColumns } from '../metrics/softmax.js';
import type { RunResult, ScoreDraws, SplitName, SplitResult } from '../sweep.js';
import { drawScores, type ScoreDrawing } from './score-drawing.js';
import type { SplitOutput, TrainedRun } from './trainer.js';

/** The data that predictions are compared with. */
export interface ScoredData extends Pick<SharedDataset, 'labels' | 'split' | 'classNames' | 'rareClasses'> {
  /** The sweep's metric: its parameter, or its costs, decide its value. */
  readonly metric?: Metric | undefined;
  /** Draws rows for intervals of metrics of probabilities; by default none. */
  readonly drawing?: ScoreDrawing | undefined;
}

/**
 * Loss and every metric of a split. A prediction without probabilities counts as certain, so that each wrong row adds −log ε
 * to log_loss. Metrics alone stay as they are, and those that are not told are NaN. Throws RangeError for outputs that do not fit
 * the split's rows and classes.
 */
export function scoreSplit(
  output: SplitOutput,
  split: SplitName,
  dataset: ScoredData,
  scoresProbabilities = true,
): SplitResult {
  if (output.metrics !== undefined) return resultOfMetrics(output.metrics, output.loss);
  const targets = targetsOf(split, dataset);
  const classes = dataset.classNames.length;
  const { predictions, crossEntropy } = decided(output, targets, classes);
  if (predictions.length !== targets.length || !areClasses(predictions, classes)) {
    throw new RangeError(
      `predictions of ${split} are not one of ${classes} classes for ${targets.length} rows`,
    );
  }
  const confusion = confusionMatrix(targets, predictions, classes);
  const logLoss = output.logLoss ?? crossEntropy() / Math.max(1, targets.length);
  return {
    loss: output.loss ?? logLoss,
    ...splitMetrics({
      confusion,
      rareClasses: dataset.rareClasses,
      logLoss,
      scores: scoresProbabilities ? probabilityScores(output, targets, dataset) : undefined,
      metric: dataset.metric,
    }),
    confusion,
    predictions,
  };
}

/** The result of a split of which nothing but metrics is known. */
function resultOfMetrics(told: Partial<MetricValues>, loss = Number.NaN): SplitResult {
  const unknown = Object.fromEntries(METRIC_NAMES.map((name) => [name, Number.NaN])) as MetricValues;
  const metrics = { ...unknown, ...told };
  return { loss, metrics, classes: [], confusion: new Uint32Array(0), predictions: new Uint16Array(0) };
}

/**
 * Whether the test rows get metrics of probabilities. They cost a sort of the rows for each class, so it is done where a report
 * shows them: for a sweep that is ranked by one, and for two classes.
 */
function scoresTestProbabilities({ classNames, metric }: Pick<ScoredData, 'classNames' | 'metric'>): boolean {
  return classNames.length === 2 || (metric !== undefined && isProbabilityMetric(metric.name));
}

/** The result of a run, with every metric. Throws RangeError for epochs that do not count up, too: stores could not read them again. */
export function scoreRun(trained: TrainedRun, dataset: ScoredData): RunResult {
  const { runId, epochs, chosenEpoch, stoppedBy, columnImportance } = trained;
  requireEpochs(trained);
  const validationLogits = keptLogits(trained.validation, dataset.classNames.length);
  const testLogits = keptLogits(trained.test, dataset.classNames.length);
  return {
    runId,
    epochs,
    chosenEpoch,
    stoppedBy,
    validation: scoreSplit(trained.validation, 'validation', dataset),
    test: scoreSplit(trained.test, 'test', dataset, scoresTestProbabilities(dataset)),
    ...(validationLogits && { validationLogits }),
    ...(testLogits && { testLogits }),
    ...scoreDrawsOf(trained, dataset),
    ...(columnImportance && { columnImportance }),
  };
}

/** Nothing where rows are not drawn, or for a run without probabilities. */
function scoreDrawsOf(
  { validation, test }: TrainedRun,
  { drawing, ...dataset }: ScoredData,
): Pick<RunResult, 'scoreDraws'> {
  if (drawing === undefined) return {};
  const drawn = (output: SplitOutput, split: 'validation' | 'test'): ScoreDraws | undefined => {
    const columns = probabilityColumns(output, dataset.classNames.length);
    return columns && drawScores(columns, { drawing, split, dataset });
  };
  const own = { validation: drawn(validation, 'validation'), test: drawn(test, 'test') };
  return own.validation && own.test ? { scoreDraws: { validation: own.validation, test: own.test } } : {};
}

function requireEpochs({ epochs, chosenEpoch }: TrainedRun): void {
  let last = 0;
  for (const { epoch } of epochs) {
    if (!Number.isSafeInteger(epoch) || epoch <= last) {
      throw new RangeError(`the result has epoch ${epoch} after epoch ${last}`);
    }
    last = epoch;
  }
  if (Number.isSafeInteger(chosenEpoch) && chosenEpoch >= 0 && chosenEpoch <= last) return;
  throw new RangeError(`the result chooses epoch ${chosenEpoch} of ${last}`);
}

/** The probabilities of rows, class after class. */
function probabilityColumns(
  { logits, probabilities }: SplitOutput,
  classes: number,
): Float64Array | undefined {
  return probabilities ? columnsOf(probabilities, classes) : logits && softmaxColumns(logits, classes);
}

function probabilityScores(
  output: SplitOutput,
  targets: Int32Array,
  { classNames, metric }: ScoredData,
): ProbabilityScores | undefined {
  const classes = classNames.length;
  const columns = probabilityColumns(output, classes);
  return columns && probabilityMetrics({ columns, targets, classes }, metric);
}

function targetsOf(split: SplitName, { split: rows, labels }: ScoredData): Int32Array {
  const targets = new Int32Array(rows[split].length);
  for (let at = 0; at < targets.length; at++) targets[at] = labels[rows[split][at] as number] as number;
  return targets;
}

function areClasses(predictions: Uint16Array, classes: number): boolean {
  for (let row = 0; row < predictions.length; row++) {
    if ((predictions[row] as number) >= classes) return false;
  }
  return true;
}

interface Decided {
  readonly predictions: Uint16Array;
  /** Sum over the rows, in nats. */
  crossEntropy(): number;
}

function decided(output: SplitOutput, targets: Int32Array, classes: number): Decided {
  const { logits, probabilities } = output;
  for (const values of [logits, probabilities]) {
    if (values !== undefined && values.length !== targets.length * classes) {
      throw new RangeError(`${values.length} values are not ${targets.length} rows × ${classes} classes`);
    }
  }
  if (logits !== undefined && (output.predictions === undefined || output.logLoss === undefined)) {
    const plain = { alpha: new Float32Array(classes).fill(1), gamma: 0 };
    const evaluation = evaluateLogits({ logits, targets, classes }, plain);
    return {
      predictions: output.predictions ?? evaluation.predictions,
      crossEntropy: () => evaluation.crossEntropy,
    };
  }
  const predictions = output.predictions ?? (probabilities && argMaxRows(probabilities, classes));
  if (predictions === undefined) throw new RangeError('there are no predictions');
  const probability = (row: number): number => {
    const target = targets[row] as number;
    return probabilities?.[row * classes + target] ?? Number(predictions[row] === target);
  };
  return {
    predictions,
    crossEntropy: () => crossEntropySum(targets.length, probability),
  };
}

/** Logits in the form of a result; log-probabilities are logits too. */
function keptLogits({ logits, probabilities }: SplitOutput, classes: number): Uint16Array | undefined {
  const values = logits ?? (probabilities && Float32Array.from(probabilities, Math.log));
  if (values === undefined) return undefined;
  const kept = new Uint16Array(values.length);
  compactLogits(values, classes, kept, 0);
  return kept;
}
