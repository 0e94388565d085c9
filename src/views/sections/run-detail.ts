import { pointLabel, valueLabel } from '../../analysis/point-label.js';
import type { RunDetail, SweepReader } from '../../store/store.js';
import { METRIC_NAMES, type ParameterPoint, type RunResult, type TrialConfig } from '../../sweep.js';
import { figure } from '../../wording/numbers.js';
import { classTable } from './class-table.js';
import type { Section } from './section.js';

/** One run as sections. */
export function runSections(reader: SweepReader, detail: RunDetail): readonly Section[] {
  const { run, state, config, point, sweeps, error, result } = detail;
  const head: Section = {
    heading: `Run ${run.runId}: ${pointLabel(point)} seed ${run.seed}, ${state}`,
    table: knobTable(config, point),
    notes: [
      `Sweeps: ${sweeps.join(', ')}. Trial ${run.trialId}.`,
      ...(error === null ? [] : [`Failed: ${error}`]),
    ],
  };
  return result === null
    ? [head]
    : [head, metricSection(result), epochSection(result), classSection(reader, detail, result)];
}

/** The settings of a configuration, axes of the sweep marked. */
export function knobTable(config: TrialConfig, point: ParameterPoint): NonNullable<Section['table']> {
  return {
    columns: ['knob', 'value', ''],
    rows: Object.entries(config).map(([knob, value]) => [
      knob,
      valueLabel(value),
      knob in point ? 'axis' : '',
    ]),
  };
}

function metricSection({ chosenEpoch, epochs, stoppedBy, validation }: RunResult): Section {
  return {
    heading: `Validation at epoch ${chosenEpoch} of ${epochs.length} (stopped by ${stoppedBy})`,
    table: {
      columns: ['metric', 'value'],
      rows: [
        ['loss', validation.loss],
        ...METRIC_NAMES.map((name) => [name, validation.metrics[name]] as const),
      ],
    },
    notes: [],
  };
}

function epochSection({ epochs, chosenEpoch }: RunResult): Section {
  return {
    heading: 'Epochs',
    table: {
      columns: ['epoch', 'train_loss', 'train_acc', 'val_loss', 'val_acc', 'macro_f1', 'rare_recall', ''],
      rows: epochs.map(({ epoch, trainLoss, trainAccuracy, validationLoss, validation }) => [
        epoch,
        figure(trainLoss, 4),
        figure(trainAccuracy, 4),
        figure(validationLoss, 4),
        figure(validation.accuracy, 4),
        figure(validation.macro_f1, 4),
        figure(validation.rare_recall, 4),
        epoch === chosenEpoch ? 'chosen' : '',
      ]),
    },
    notes: [],
  };
}

function classSection(reader: SweepReader, { sweeps }: RunDetail, { validation }: RunResult): Section {
  const { dataset } = reader.sweep(sweeps[0]);
  return {
    heading: 'Classes on the validation rows',
    table: classTable(dataset, validation.classes, 4),
    notes: [],
  };
}

/** The same for scripts; the confusion matrix by rows of the true class. */
export function runJson(reader: SweepReader, detail: RunDetail) {
  const { result, run, ...rest } = detail;
  if (result === null) return { ...run, ...rest };
  const { classNames } = reader.sweep(detail.sweeps[0]).dataset;
  const { validation, epochs, chosenEpoch, stoppedBy } = result;
  const width = classNames.length;
  return {
    ...run,
    ...rest,
    chosenEpoch,
    stoppedBy,
    epochs,
    validation: {
      loss: validation.loss,
      metrics: validation.metrics,
      classes: validation.classes.map((metrics, index) => ({ name: classNames[index], ...metrics })),
      confusion: classNames.map((_name, row) => [
        ...validation.confusion.subarray(row * width, (row + 1) * width),
      ]),
    },
  };
}
