import { configurationCells } from '../configuration.js';
import { fingerprintOf } from '../content/fingerprint.js';
import { contentCells } from '../content/later-columns.js';
import { datasetClassRows, datasetRow, trialRow } from '../content/plan-rows.js';
import { resultRows } from '../content/result-rows.js';
import { type MemoryState, type MemorySweep, plannedRun } from './memory-state.js';

/** SHA-256, hex, over the sweep's results, the same as that of a database with equal results. */
export function memoryFingerprint(state: MemoryState, sweep: MemorySweep): string {
  return fingerprintOf(contentOf(state, sweep));
}

function* contentOf(state: MemoryState, sweep: MemorySweep) {
  const { dataset } = sweep.record;
  const runs = [...sweep.runs].toSorted().map((runId) => plannedRun(state, runId));
  const results = runs.flatMap(({ result }) => result ?? []).map(resultRows);
  yield ['datasets', cellsOf([datasetRow(dataset)])] as const;
  yield ['dataset_classes', cellsOf(datasetClassRows(dataset))] as const;
  yield ['trials', trialCells(state, sweep)] as const;
  yield [
    'runs',
    cellsOf(runs.map(({ run: { runId, trialId, seed } }) => ({ run_id: runId, trial_id: trialId, seed }))),
  ] as const;
  for (const table of RESULT_TABLES) {
    const cells = cellsOf(results.flatMap((rows): readonly object[] => [...rows[table]]));
    yield [table, contentOfRows(table, cells)] as const;
  }
}

const RESULT_TABLES = [
  'results',
  'split_metrics',
  'epochs',
  'class_metrics',
  'confusions',
  'predictions',
] as const;

/** A trial's own columns, then its configuration. */
function* trialCells({ trials }: MemoryState, sweep: MemorySweep): Iterable<readonly unknown[]> {
  for (const trial of [...sweep.trials.values()].toSorted((a, b) => (a.trialId < b.trialId ? -1 : 1))) {
    const record = trials.get(trial.trialId)?.sweep ?? sweep.record;
    const row = trialRow(trial, record);
    const { config: _, metric_parameter, ...own } = row;
    const cells = [
      ...Object.values(own),
      ...configurationCells(trial.config, record.dataset.card),
      metric_parameter,
    ];
    yield contentCells('trials', cells);
  }
}

function* contentOfRows(table: string, rows: Iterable<readonly unknown[]>) {
  for (const cells of rows) yield contentCells(table, cells);
}

function* cellsOf(rows: Iterable<object>): Iterable<readonly unknown[]> {
  for (const row of rows) yield Object.values(row);
}
