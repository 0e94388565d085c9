import { KNOB_NAMES } from '../../knobs/knobs.js';
import { METRIC_NAMES, type MetricValues } from '../../metric.js';
import type { AnyConfig } from '../../sweep.js';
import { knobCell } from '../../where/cells.js';
import { compareCells, evaluate, type RowCells } from '../../where/evaluate.js';
import { configurationJson } from '../configuration.js';
import { costedMetrics } from '../content/costed.js';
import { ownCell, ownNames, runColumns } from '../query/own-columns.js';
import { conditionOf } from '../query/parse-query.js';
import { type SortKey, selectedColumns, sortKeys } from '../query/run-columns.js';
import type { CellValue, Rows, RunQuery } from '../store.js';
import {
  foundId,
  knownSweep,
  type MemoryRun,
  type MemoryState,
  type MemorySweep,
  runsInOrder,
} from './memory-state.js';

/** Selects runs, as the view `runs_wide` of a database does. */
export function selectRuns(state: MemoryState, query: RunQuery): Rows {
  const sweeps = query.sweep === undefined ? byName(state) : [knownSweep(state, query.sweep)];
  const own = ownOfSweeps(sweeps);
  const known = runColumns(own);
  const condition = conditionOf(query, known, (kind, start) => foundId(state, start, [kind]));
  const columns = selectedColumns(query, known, {
    varying: () => [
      ...(hasSpaces(sweeps) ? ['space'] : []),
      ...varyingKnobs(sweeps),
      ...varyingOwn(sweeps, own),
    ],
    metrics: () => sweeps.map(({ record }) => record.metric.name).toSorted(),
  });
  const rows = sweeps
    .flatMap((sweep) => rowsOf(state, sweep))
    .filter((row) => condition === undefined || evaluate(condition, row) === true);
  const sorted = rows.toSorted(byKeys(sortKeys(query, known)));
  return {
    columns,
    rows: sorted.slice(0, query.limit).map((row) => columns.map((column) => row.get(column) ?? null)),
  };
}

function byName({ sweeps }: MemoryState): readonly MemorySweep[] {
  return [...sweeps].toSorted(([a], [b]) => compareCells(a, b)).map(([, sweep]) => sweep);
}

function byKeys(keys: readonly SortKey[]): (a: RowCells, b: RowCells) => number {
  return (a, b) => {
    for (const { column, descending } of keys) {
      const [left, right] = [a.get(column) ?? null, b.get(column) ?? null];
      if (left === null && right === null) continue;
      if (left === null || right === null) return left === null ? 1 : -1;
      const order = compareCells(left, right);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
}

function rowsOf(state: MemoryState, sweep: MemorySweep): readonly RowCells[] {
  const { name } = sweep.record;
  const trials = [...sweep.trials.values()];
  const places = new Map(
    trials.map(({ trialId, config, space }, position) => [trialId, { position, config, space }]),
  );
  const runs = runsInOrder(state, sweep);
  const aims = aimsByTrial(sweep, runs);
  return runs.map((own) => {
    const place = places.get(own.run.trialId);
    if (place === undefined) throw new Error(`the run ${own.run.runId} belongs to no trial of its sweep`);
    const chosen_for = aims.get(own.run.trialId)?.join(', ');
    const { position, space, config } = place;
    const json = configurationJson(config, sweep.record.dataset.card);
    const planned = {
      ...ownCells(config),
      ...{ sweep: name, position, space, ...knobCells(config), chosen_for, config: json },
    };
    return rowOf(planned, own, own.result && costedMetrics(sweep.record.costs, own.result.validation));
  });
}

/** The aims that trials were chosen for; none if the sweep has other results by now. */
function aimsByTrial(
  { choices }: MemorySweep,
  runs: readonly MemoryRun[],
): ReadonlyMap<string, readonly string[]> {
  const aims = new Map<string, string[]>();
  if (choices?.results !== runs.filter(({ result }) => result !== undefined).length) return aims;
  for (const { aim, trialId } of choices.choices) aims.set(trialId, [...(aims.get(trialId) ?? []), aim]);
  return aims;
}

function rowOf(
  planned: object,
  { run, state, error, durationMs, result }: MemoryRun,
  metrics: MetricValues | undefined,
): RowCells {
  const cells: Record<string, CellValue | undefined> = {
    ...planned,
    run: run.runId,
    trial: run.trialId,
    seed: run.seed,
    state,
    ...Object.fromEntries(METRIC_NAMES.map((name) => [name, metrics?.[name]])),
    validation_loss: result?.validation.loss,
    epochs_trained: result?.epochs.length,
    chosen_epoch: result?.chosenEpoch,
    stopped_by: result?.stoppedBy,
    duration_ms: durationMs,
    error,
  };
  return new Map(Object.entries(cells).map(([column, cell]) => [column, cellOf(cell)]));
}

/** Turns NaN and −0 into null and 0, as a database does. */
function cellOf(cell: CellValue | undefined): CellValue {
  if (cell === undefined || Number.isNaN(cell)) return null;
  return cell === 0 ? 0 : cell;
}

function hasSpaces(sweeps: readonly MemorySweep[]): boolean {
  return sweeps.some(({ trials }) => [...trials.values()].some(({ space }) => space !== undefined));
}

/** Knobs with more than one value among the trials. */
function varyingKnobs(sweeps: readonly MemorySweep[]): readonly string[] {
  const configs = configsOf(sweeps).map(knobCells);
  return KNOB_NAMES.filter((name) => new Set(configs.flatMap((cells) => cells[name] ?? [])).size > 1);
}

function knobCells(config: AnyConfig): Readonly<Record<string, CellValue>> {
  return Object.fromEntries(
    KNOB_NAMES.map((name) => {
      const value = config[name];
      return [name, value === undefined ? null : knobCell(value)];
    }),
  );
}

function ownCells(config: AnyConfig): Readonly<Record<string, CellValue>> {
  return Object.fromEntries(ownNames([config]).map((name) => [name, ownCell(config, name)]));
}

/** Names of parameters that only programs know, of a sweep or of all, in order. */
export function ownParameters(state: MemoryState, sweep?: string): readonly string[] {
  return ownOfSweeps(sweep === undefined ? byName(state) : [knownSweep(state, sweep)]);
}

function ownOfSweeps(sweeps: readonly MemorySweep[]): readonly string[] {
  return ownNames(configsOf(sweeps));
}

function configsOf(sweeps: readonly MemorySweep[]): readonly AnyConfig[] {
  return sweeps.flatMap(({ trials }) => [...trials.values()].map(({ config }) => config));
}

/** Parameters of programs with more than one value, or that only some configurations have. */
function varyingOwn(sweeps: readonly MemorySweep[], own: readonly string[]): readonly string[] {
  const configs = configsOf(sweeps);
  return own.filter((name) => new Set(configs.map((config) => ownCell(config, name))).size > 1);
}
