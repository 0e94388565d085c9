import type { Connection } from '../../../sql/connection.js';
import {
  allOwners,
  damagedOwners,
  type OwnerColumn,
  rewriteChecksums,
} from '../../../sql/integrity/checksums.js';

const METRICS = [
  'cohen_kappa',
  'g_mean',
  'f_beta',
  'average_precision',
  'roc_auc',
  'brier',
  'ece',
  'recall_at_precision',
  'recall_at_fpr',
  'precision_at_k',
];
const OF_CLASSES = ['average_precision', 'roc_auc', 'recall_at_precision', 'recall_at_fpr', 'precision_at_k'];

const add = (table: string, columns: readonly string[], type = 'REAL') =>
  columns.map((column) => `ALTER TABLE ${table} ADD COLUMN ${column} ${type};`);

/** Schema 8: more metrics, NULL for results that were recorded before; the parameter of a sweep's metric, and what mistakes cost; logits of the test rows. */
export const probabilities = [
  ...['split_metrics', 'epochs', 'live_epochs'].flatMap((table) => add(table, METRICS)),
  ...add('class_metrics', OF_CLASSES),
  ...['trials', 'sweeps'].flatMap((table) => add(table, ['metric_parameter'])),
  ...add('sweeps', ['costs'], 'TEXT'),
  ...add('logits', ['test'], 'BLOB'),
].join('\n');

const WIDENED = [
  ['run_id', ['split_metrics', 'epochs', 'class_metrics']],
  ['trial_id', ['trials']],
  ['sweep', ['sweeps']],
] as const satisfies readonly (readonly [OwnerColumn, readonly string[]])[];

/**
 * Finds out which rows of a schema below 8 match their checksums, before its migration widens their tables; returns a function
 * that writes the checksums of these again. Those of damaged rows stay, so that `check` finds them.
 */
export function keepChecksums(connection: Connection): (migrated: Connection) => void {
  const undamaged = WIDENED.map(([owner, tables]) => {
    const ids = allOwners(connection, owner);
    const damaged = damagedOwners(connection, owner, ids, tables);
    return ids.filter((id) => !damaged.has(id));
  });
  return (migrated) => {
    for (const [at, [owner, tables]] of WIDENED.entries()) {
      rewriteChecksums(migrated, owner, undamaged[at] ?? [], tables);
    }
  };
}
