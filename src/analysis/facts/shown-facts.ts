import { METRIC_NAMES } from '../../metric.js';
import type { CellValue, SweepReader } from '../../store/store.js';
import type { RunState } from '../../sweep.js';
import type { RunFacts, TrialFacts, TrialRunFacts } from './facts.js';
import { type Found, findByWord } from './find-configuration.js';

/** Reads what a word from a table refers to: a run, or a configuration with its runs in all sweeps. Throws UserError for unknown ones. */
export async function readShown(reader: SweepReader, word: string): Promise<RunFacts | TrialFacts> {
  const found = await findByWord(reader, word);
  return found.kind === 'run' ? await readRun(reader, found.id) : await readTrial(reader, found);
}

async function readRun(reader: SweepReader, id: string): Promise<RunFacts> {
  const detail = await reader.run(id);
  const [first] = detail.sweeps;
  const isFinished = detail.result !== null;
  const home = first === undefined && !isFinished ? null : await reader.sweep(first);
  return {
    kind: 'run',
    detail,
    dataset: isFinished ? (home?.dataset ?? null) : null,
    metric: first === undefined ? null : (home?.metric.name ?? null),
  };
}

async function readTrial(reader: SweepReader, { id, name }: Found): Promise<TrialFacts> {
  const trial = await reader.findTrial(id);
  if (trial === null) throw new Error(`trial ${id} was found and is not there`);
  const { rows } = await reader.query({
    where: 'trial = this',
    trialNames: new Map([['this', id]]),
    columns: ['run', 'sweep', 'seed', 'state', 'epochs_trained', 'error', ...METRIC_NAMES],
    sort: ['seed'],
  });
  const sweeps = [...new Set(rows.map(([, sweep]) => String(sweep)))];
  const runs = [...new Map(rows.map((row) => [row[0], trialRun(row)])).values()];
  const home = sweeps[0] === undefined ? null : await reader.sweep(sweeps[0]);
  const finished = runs.flatMap(({ runId, state }) => (state === 'complete' ? [runId] : []));
  return {
    kind: 'trial',
    name,
    trial,
    sweeps,
    runs,
    dataset: finished.length === 0 ? null : (home?.dataset ?? null),
    engine: finished.length === 0 ? null : trial.engine,
    classScores: await reader.classMetrics(finished, 'validation'),
  };
}

function trialRun(row: readonly CellValue[]): TrialRunFacts {
  const [runId, , seed, state, epochs, error, ...scores] = row;
  const number = (value: CellValue | undefined): number | null => (typeof value === 'number' ? value : null);
  return {
    runId: String(runId),
    seed: Number(seed),
    state: state as RunState,
    epochsTrained: number(epochs),
    error: typeof error === 'string' ? error : null,
    validation: Object.fromEntries(
      METRIC_NAMES.map((metric, at) => [metric, number(scores[at])]),
    ) as TrialRunFacts['validation'],
  };
}
