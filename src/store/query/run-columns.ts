import { UserError } from '../../errors.js';
import { type MetricName, shownMetrics } from '../../metric.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import type { RunQuery } from '../store.js';
import type { ViewColumn } from './view-columns.js';

export interface SortKey {
  readonly column: string;
  readonly descending: boolean;
}

/** The sort keys of rows, empty cells last; ties are in the order of sweep, position and seed. */
export function sortKeys({ sort = [] }: RunQuery, known: readonly ViewColumn[]): readonly SortKey[] {
  return sort.map((key) => ({
    column: knownColumn(key.replace(/^[-+]/, ''), '--sort', known),
    descending: key.startsWith('-'),
  }));
}

/** The requested columns, or by default those that identify the runs, and the usual metrics with those that rank the sweeps. */
export function selectedColumns(
  { sweep, columns = [] }: RunQuery,
  known: readonly ViewColumn[],
  ofSweeps: {
    /** Of those that identify a configuration, the ones that tell the sweeps' own apart. */
    readonly varying: () => readonly string[];
    readonly metrics: () => readonly MetricName[];
  },
): readonly string[] {
  if (columns.length === 1 && columns[0] === 'all') return known.map(({ column }) => column);
  if (columns.length > 0) return columns.map((name) => knownColumn(name, '--columns', known));
  const ofSweep = sweep === undefined ? ['sweep'] : [];
  const metrics = shownMetrics(ofSweeps.metrics());
  return [...ofSweep, 'run', ...ofSweeps.varying(), 'seed', 'state', ...metrics, 'epochs_trained'];
}

function knownColumn(name: string, option: string, known: readonly ViewColumn[]): string {
  const names = known.map(({ column }) => column);
  if (names.includes(name)) return name;
  throw new UserError(`there is no column "${name}".${didYouMean(name, names)}`, {
    where: option,
    fix: `Columns are ${names.join(', ')}.`,
  });
}
