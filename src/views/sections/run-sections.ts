import { type EpochChoice, isInEpochs } from '../../analysis/epoch-choice.js';
import { valueLabel } from '../../analysis/point-label.js';
import type { ClassRow, RunOutcome, RunReport } from '../../analysis/shown/run-report.js';
import type { ScoreReport } from '../../analysis/shown/score-report.js';
import { type EpochWord, epochWord, KEPT } from '../../knobs/epoch-word.js';
import { isUsed } from '../../knobs/idle-knobs.js';
import { knobValue } from '../../knobs/knob-value.js';
import { KNOB_NAMES, knobRow } from '../../knobs/knobs.js';
import { METRIC_NAMES, type MetricName, type MetricValues } from '../../metric.js';
import type { AnyConfig, EpochRecord, ParameterPoint } from '../../sweep.js';
import { counted } from '../../wording/counted.js';
import { figure } from '../../wording/numbers.js';
import type { Section } from './section.js';

/** One run as sections. */
export function runSections(run: RunReport): readonly Section[] {
  const {
    runId,
    trialId,
    label,
    seed,
    state,
    config,
    point,
    sweeps,
    error,
    epochChoice,
    metric,
    outcome,
    liveEpochs,
  } = run;
  const word = epochWord([config]);
  const head: Section = {
    heading: `Run ${runId}: ${label} seed ${seed}, ${state}`,
    table: knobTable(config, point),
    notes: [
      `Sweeps: ${sweeps.join(', ')}. Trial ${trialId}.`,
      ...(error === null
        ? []
        : [state === 'pruned' ? `Not trained any further: ${error}.` : `Failed: ${error}`]),
    ],
  };
  if (outcome !== null) {
    return [
      head,
      metricSection(outcome, epochChoice, word),
      epochSection({ ...outcome, metric }, word),
      classSection(outcome),
    ];
  }
  return liveEpochs.length === 0
    ? [head]
    : [head, epochSection({ epochs: liveEpochs, chosenEpoch: null, metric }, word)];
}

/** The settings of a configuration that its training uses, axes of the sweep marked. */
export function knobTable(config: AnyConfig, point: ParameterPoint): NonNullable<Section['table']> {
  return {
    columns: ['knob', 'value', ''],
    rows: settingsOf(config).map((name) => [
      name,
      valueLabel(knobValue(config, name)),
      name in point ? 'axis' : '',
    ]),
  };
}

/** A program has what it is given. */
function settingsOf(config: AnyConfig): readonly string[] {
  const knobs = KNOB_NAMES.filter((knob) => isUsed(knob, config));
  const own = Object.keys(config).filter((name) => knobRow(name) === undefined);
  return [...own, ...knobs];
}

function metricSection(
  { chosenEpoch, epochs, stoppedBy, loss, metrics }: RunOutcome,
  { warning, curves }: EpochChoice,
  word: EpochWord,
): Section {
  return {
    heading: `Validation, ${KEPT[word]} ${chosenEpoch} of ${epochs.length} (stopped by ${stoppedBy === 'epochs' ? `${word}s` : stoppedBy})`,
    table: {
      columns: ['metric', 'value'],
      rows: [['loss', loss], ...knownMetrics(metrics).map((name) => [name, metrics[name]] as const)],
    },
    notes: [warning, curves].filter((note) => note !== null),
  };
}

interface EpochTable {
  readonly epochs: readonly EpochRecord[];
  /** Null while the run trains. */
  readonly chosenEpoch: number | null;
  readonly metric: MetricName | null;
}

function epochSection({ epochs, chosenEpoch, metric }: EpochTable, word: EpochWord): Section {
  const heading = word === 'epoch' ? 'Epochs' : 'Rounds';
  // Accuracy has a column in any case.
  const own = metric !== null && metric !== 'accuracy' && isInEpochs(metric, epochs) ? [metric] : [];
  const shown = [...new Set<MetricName>(['macro_f1', 'rare_recall', ...own])];
  return {
    heading: chosenEpoch === null ? `${heading} so far` : heading,
    table: {
      columns: [word, 'train_loss', 'train_acc', 'val_loss', 'val_acc', ...shown, ''],
      rows: epochs.map(({ epoch, trainLoss, trainAccuracy, validationLoss, validation }) => [
        epoch,
        figure(trainLoss, 4),
        figure(trainAccuracy, 4),
        figure(validationLoss, 4),
        figure(validation.accuracy, 4),
        ...shown.map((name) => figure(validation[name], 4)),
        epoch === chosenEpoch ? 'chosen' : '',
      ]),
    },
    notes: [],
  };
}

function classSection({ classes }: RunOutcome): Section {
  return { heading: 'Classes on the validation rows', table: classTable(classes, 4), notes: [] };
}

/** Metrics that have a value, in their order: some need costs, stored logits or two classes. */
export function knownMetrics(metrics: MetricValues): readonly MetricName[] {
  return METRIC_NAMES.filter((name) => !Number.isNaN(metrics[name]));
}

/** Scores of labelled rows as sections. */
export function scoreSections({ rows, metrics, classes, notes }: ScoreReport): readonly Section[] {
  return [
    {
      heading: `Scores of ${counted(rows, 'row')}`,
      table: {
        columns: ['metric', 'value'],
        rows: knownMetrics(metrics).map((name) => [name, metrics[name]]),
      },
      notes,
    },
    { heading: 'Classes', table: classTable(classes, 4), notes: [] },
  ];
}

const RANKED = ['average_precision', 'roc_auc'];

/** Metrics per class; a class without rows has none. */
export function classTable(classes: readonly ClassRow[], digits: number): NonNullable<Section['table']> {
  const isRanked = classes.some(({ ranking }) => ranking !== undefined);
  return {
    columns: ['class', 'rare', 'support', 'precision', 'recall', 'f1', ...(isRanked ? RANKED : [])],
    rows: classes.map(({ name, rare, support, precision, recall, f1, ranking }) => [
      name,
      rare ? 'rare' : '',
      support,
      ...[precision, recall, f1].map((value) => (support === 0 ? null : figure(value, digits))),
      ...(isRanked ? [ranking?.averagePrecision, ranking?.rocAuc] : []).map((value) =>
        value === undefined ? null : figure(value, digits),
      ),
    ]),
  };
}
