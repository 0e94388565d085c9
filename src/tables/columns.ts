import type { RowColumn } from '../data/files/row-parquet.js';
import { isWhole } from '../knobs/knob.js';
import { KNOB_NAMES, knobRow } from '../knobs/knobs.js';
import { METRIC_NAMES } from '../metric.js';

const text = (name: string): RowColumn => ({ name, type: 'text' });
const whole = (name: string): RowColumn => ({ name, type: 'whole' });
const real = (name: string): RowColumn => ({ name, type: 'real' });

/** How well the probability of a class ranks the rows. */
export const RANKING_FIELDS_OF_CLASSES = [
  ['average_precision', 'averagePrecision'],
  ['roc_auc', 'rocAuc'],
  ['recall_at_precision', 'recallAtPrecision'],
  ['recall_at_fpr', 'recallAtFpr'],
  ['precision_at_k', 'precisionAtK'],
] as const;

/** The columns of `runs`; `own` are parameters that only programs know. A name that is taken gets `_` at its end. */
export function runColumnsOf(own: readonly RowColumn[]): readonly RowColumn[] {
  const columns = [...BEFORE_OWN, ...AFTER_OWN];
  const taken = new Set(columns.map(({ name }) => name));
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  return [...BEFORE_OWN, ...own.map((column) => ({ ...column, name: free(column.name) })), ...AFTER_OWN];
}

const BEFORE_OWN: readonly RowColumn[] = [
  ...['sweep', 'run', 'trial'].map(text),
  whole('position'),
  text('space'),
  whole('added_baseline'),
  whole('seed'),
  text('state'),
  text('engine'),
  ...KNOB_NAMES.map((name): RowColumn => {
    const row = knobRow(name);
    if (row.column.kind !== 'number') return text(name);
    return isWhole(row) ? whole(name) : real(name);
  }),
];

const AFTER_OWN: readonly RowColumn[] = [
  ...['validation', 'test'].flatMap((split) =>
    ['loss', ...METRIC_NAMES].map((name) => real(`${split}_${name}`)),
  ),
  ...['epochs_trained', 'chosen_epoch'].map(whole),
  text('stopped_by'),
  whole('attempts'),
  ...['started_at_ms', 'ended_at_ms', 'duration_ms'].map(real),
  text('error'),
];

/** The columns of `epochs`; metrics are those of the validation split. */
export const EPOCH_COLUMNS: readonly RowColumn[] = [
  text('sweep'),
  text('run'),
  whole('epoch'),
  ...['train_loss', 'train_accuracy', 'validation_loss', ...METRIC_NAMES].map(real),
];

export const CLASS_COLUMNS: readonly RowColumn[] = [
  ...['sweep', 'run', 'split', 'class'].map(text),
  ...['support', 'is_rare'].map(whole),
  ...['precision', 'recall', 'f1', ...RANKING_FIELDS_OF_CLASSES.map(([name]) => name)].map(real),
];

export const PREDICTION_COLUMNS: readonly RowColumn[] = [
  ...['sweep', 'run', 'split'].map(text),
  whole('row'),
  ...['true_class', 'predicted_class'].map(text),
];
