import { type RawBuilder, sql } from 'kysely';

const ofDataset = (sweep: string) => sql`dataset in (select dataset from sweeps where sweep = ${sweep})`;
const ofTrials = (sweep: string) =>
  sql`trial_id in (select trial_id from sweep_trials where sweep = ${sweep})`;
const ofRuns = (sweep: string) => sql`run_id in (select run_id from sweep_runs where sweep = ${sweep})`;

type ResultTable = readonly [name: string, key: string, ofSweep: (sweep: string) => RawBuilder<unknown>];

/** The tables with results, in contrast to what only happened. */
export const RESULT_TABLES: readonly ResultTable[] = [
  ['datasets', 'dataset', ofDataset],
  ['dataset_classes', 'dataset, class_index', ofDataset],
  ['trials', 'trial_id', ofTrials],
  ['runs', 'run_id', ofRuns],
  ['results', 'run_id', ofRuns],
  ['split_metrics', 'run_id, split', ofRuns],
  ['epochs', 'run_id, epoch', ofRuns],
  ['class_metrics', 'run_id, split, class_index', ofRuns],
  ['confusions', 'run_id, split', ofRuns],
  ['predictions', 'run_id, split', ofRuns],
];
