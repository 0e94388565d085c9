import type { MetricName } from '../../metric.js';
import type {
  AnyConfig,
  ClassMetrics,
  EpochRecord,
  ParameterPoint,
  RunResult,
  RunState,
  SplitResult,
} from '../../sweep.js';
import { type EpochChoice, epochChoice } from '../epoch-choice.js';
import type { RunFacts } from '../facts/facts.js';
import { trialLabel } from '../point-label.js';

/** Metrics of a class on the validation rows, averaged if there are several runs. */
export interface ClassRow extends ClassMetrics {
  readonly name: string;
  readonly rare: boolean;
}

/** A run in any state. */
export interface RunReport {
  readonly kind: 'run';
  readonly runId: string;
  readonly trialId: string;
  readonly seed: number;
  readonly sweeps: readonly string[];
  readonly state: RunState;
  readonly error: string | null;
  readonly label: string;
  /** Null where its latest sweep has no list of spaces. */
  readonly space: string | null;
  readonly epochChoice: EpochChoice;
  /** What chooses its epochs; null where no sweep has it any more. */
  readonly metric: MetricName | null;
  readonly config: AnyConfig;
  readonly point: ParameterPoint;
  /** Null before it has finished. */
  readonly outcome: RunOutcome | null;
  /** Epochs so far of a run that has not finished. */
  readonly liveEpochs: readonly EpochRecord[];
}

/** The result of a finished run. */
export interface RunOutcome extends Pick<RunResult, 'chosenEpoch' | 'stoppedBy' | 'epochs'> {
  readonly loss: number;
  readonly metrics: RunResult['validation']['metrics'];
  readonly classes: readonly ClassRow[];
  /** Validation confusion: classes × classes, true class by row. */
  readonly confusion: readonly (readonly number[])[];
}

/** Makes the report of a run from its facts. */
export function runReport({ detail, dataset, metric }: RunFacts): RunReport {
  const { run, sweeps, state, error, engine, config, point, result, liveEpochs } = detail;
  const outcome = result === null || dataset === null ? null : outcomeOf(result, dataset);
  const label = trialLabel(detail);
  const space = detail.space ?? null;
  const about = { sweeps, state, error, label, space, metric, epochChoice: epochChoice(engine, [config]) };
  return { kind: 'run', ...run, ...about, config, point, outcome, liveEpochs };
}

/** The classes of a split, with their names. */
export function namedClasses(
  { classes }: Pick<SplitResult, 'classes'>,
  { classNames, rareClasses }: Pick<NonNullable<RunFacts['dataset']>, 'classNames' | 'rareClasses'>,
): readonly ClassRow[] {
  return classes.map((own, index) => ({
    name: classNames[index] ?? String(index),
    rare: rareClasses.includes(index),
    ...own,
  }));
}

function outcomeOf(
  { chosenEpoch, stoppedBy, epochs, validation }: RunResult,
  dataset: NonNullable<RunFacts['dataset']>,
): RunOutcome {
  const { loss, metrics, confusion } = validation;
  const { classNames } = dataset;
  const width = classNames.length;
  return {
    chosenEpoch,
    stoppedBy,
    epochs,
    loss,
    metrics,
    classes: namedClasses(validation, dataset),
    confusion: classNames.map((_name, row) => [...confusion.subarray(row * width, (row + 1) * width)]),
  };
}
