import type { Found } from '../../analysis/find-configuration.js';
import { pointLabel } from '../../analysis/point-label.js';
import type { CellValue, SweepReader } from '../../store/store.js';
import { METRIC_NAMES, type Trial } from '../../sweep.js';
import { counted } from '../../wording/counted.js';
import { figure, sum } from '../../wording/numbers.js';
import { classTable } from './class-table.js';
import { knobTable } from './run-detail.js';
import type { Section } from './section.js';

/** A configuration with its runs in all sweeps, whatever their state. */
export interface TrialDetail {
  readonly name: string;
  readonly trial: Trial;
  readonly sweeps: readonly string[];
  readonly runs: readonly TrialRun[];
}

interface TrialRun {
  readonly run_id: CellValue;
  readonly seed: CellValue;
  readonly state: CellValue;
  readonly epochs_trained: CellValue;
  readonly error: CellValue;
  readonly validation: { readonly [metric: string]: CellValue };
}

/** Reads it from the store. */
export function trialDetail(reader: SweepReader, { id, name }: Found): TrialDetail {
  const trial = reader.findTrial(id);
  if (trial === null) throw new Error(`trial ${id} was found and is not there`);
  const columns = ['run', 'sweep', 'seed', 'state', 'epochs_trained', 'error', ...METRIC_NAMES];
  const { rows } = reader.query({
    where: 'trial = this',
    trialNames: new Map([['this', id]]),
    columns,
    sort: ['seed'],
  });
  const runs = rows.map(([run, _sweep, seed, state, epochs, error, ...metrics]) => ({
    run_id: run ?? null,
    seed: seed ?? null,
    state: state ?? null,
    epochs_trained: epochs ?? null,
    error: error ?? null,
    validation: Object.fromEntries(METRIC_NAMES.map((metric, at) => [metric, metrics[at] ?? null])),
  }));
  return {
    name,
    trial,
    sweeps: [...new Set(rows.map(([, sweep]) => String(sweep)))],
    runs: [...new Map(runs.map((run) => [run.run_id, run])).values()],
  };
}

/** A configuration as sections. */
export function trialSections(reader: SweepReader, detail: TrialDetail): readonly Section[] {
  const { name, trial, sweeps, runs } = detail;
  const { trialId, config, point } = trial;
  const finished = runs.filter(({ state }) => state === 'complete');
  const head: Section = {
    heading: `Trial ${trialId}: ${pointLabel(point)}, ${finished.length} of ${counted(runs.length, 'run')} finished`,
    table: knobTable(config, point),
    notes: [
      ...(name.includes('#') ? [`It is ${name}.`] : []),
      sweeps.length === 0 ? 'No sweep has it any more.' : `Sweeps: ${sweeps.join(', ')}.`,
    ],
  };
  const list: Section = {
    heading: 'Runs, on the validation rows',
    table: {
      columns: ['run', 'seed', 'state', ...METRIC_NAMES, 'epochs'],
      rows: runs.map(({ run_id, seed, state, epochs_trained, validation }) => [
        String(run_id).slice(0, 8),
        seed,
        state,
        ...METRIC_NAMES.map((metric) => number(validation[metric])),
        epochs_trained,
      ]),
    },
    optional: ['epochs', 'mcc', 'log_loss', 'balanced_accuracy', 'worst_recall'],
    notes: [
      ...runs.flatMap(({ run_id, error }) => (error === null ? [] : [`${run_id} failed: ${error}`])),
      '`focalsweep show <run>` has the epochs of one.',
    ],
  };
  return finished.length === 0 ? [head, list] : [head, list, classSection(reader, detail)];
}

function number(value: CellValue | undefined): CellValue {
  return typeof value === 'number' ? figure(value) : null;
}

function classSection(reader: SweepReader, { sweeps, runs }: TrialDetail): Section {
  const { dataset } = reader.sweep(sweeps[0]);
  const ids = runs.map(({ run_id }) => String(run_id));
  const perRun = [...reader.classMetrics(ids, 'validation').values()];
  const mean = (index: number, metric: 'precision' | 'recall' | 'f1'): number =>
    sum(perRun.map((classes) => classes[index]?.[metric] ?? Number.NaN)) / perRun.length;
  const classes = (perRun[0] ?? []).map(({ support }, index) => ({
    support,
    precision: mean(index, 'precision'),
    recall: mean(index, 'recall'),
    f1: mean(index, 'f1'),
  }));
  return {
    heading: 'Classes on the validation rows, mean over the finished runs',
    table: classTable(dataset, classes, 3),
    notes: [],
  };
}

/** The same for scripts. */
export function trialJson({ trial, sweeps, runs }: TrialDetail) {
  const { trialId, config, point } = trial;
  return { trial_id: trialId, sweeps, config, point, runs };
}
