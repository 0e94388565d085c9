import { createSqliteFile } from '../../store/open-store.js';
import type { SweepDetail, SweepReader, TrialRow } from '../../store/store.js';
import { stretches } from '../stretches.js';
import { type OptunaParameter, optunaValue, ParameterCollector } from './distributions.js';
import { OPTUNA_REVISION, OPTUNA_SCHEMA, OPTUNA_TABLES, OPTUNA_VERSION } from './optuna-schema.js';
import { type OptunaTrial, optunaTrial } from './trial-rows.js';

type SqliteFile = Awaited<ReturnType<typeof createSqliteFile>>;

export interface OptunaExport {
  /** Names of sweeps, each a study. */
  readonly sweeps: readonly string[];
  readonly path: string;
}

/** Writes a database of Optuna: sweeps as studies, configurations as trials. Returns the number of trials. */
export async function exportOptuna(reader: SweepReader, { sweeps, path }: OptunaExport): Promise<number> {
  const file = await createSqliteFile(path, OPTUNA_TABLES);
  try {
    file.insert('version_info', {
      version_info_id: 1,
      schema_version: OPTUNA_SCHEMA,
      library_version: OPTUNA_VERSION,
    });
    file.insert('alembic_version', { version_num: OPTUNA_REVISION });
    let trials = 0;
    for (const [at, name] of sweeps.entries()) {
      const sweep = await reader.sweep(name);
      insertStudy(file, at + 1, sweep);
      trials += await insertTrials(reader, file, { study: at + 1, sweep, before: trials });
    }
    file.finish();
    return trials;
  } finally {
    file.abandon();
  }
}

function insertStudy(file: SqliteFile, study_id: number, sweep: SweepDetail): void {
  const { name, description, metric, engine, source, dataset } = sweep;
  file.insert('studies', { study_id, study_name: name });
  file.insert('study_directions', { study_id, objective: 0, direction: metric.goal.toUpperCase() });
  const attributes = { description, metric: metric.name, engine, source, dataset: dataset.fingerprint };
  for (const [key, value] of Object.entries(attributes)) {
    file.insert('study_user_attributes', { study_id, key, value_json: JSON.stringify(value) });
  }
  // What Optuna's `set_metric_names` stores.
  const names = JSON.stringify([metric.name]);
  file.insert('study_system_attributes', { study_id, key: 'study:metric_names', value_json: names });
}

async function insertTrials(
  reader: SweepReader,
  file: SqliteFile,
  { study, sweep, before }: { readonly study: number; readonly sweep: SweepDetail; readonly before: number },
): Promise<number> {
  const parameters = await parametersOf(reader, sweep);
  let number = 0;
  for (const stretch of stretches(sweep.trials)) {
    const trials = await reader.trials(sweep.name, stretch);
    const runs = await reader.recordedRuns(sweep.name, stretch);
    for (const trial of trials) {
      const own = runs.filter(({ trialId }) => trialId === trial.trialId);
      const told = optunaTrial(sweep, trial, own);
      const trial_id = before + number + 1;
      file.insert('trials', {
        trial_id,
        number,
        study_id: study,
        state: told.state,
        datetime_start: localTime(told.startedAtMs),
        datetime_complete: localTime(told.endedAtMs),
      });
      insertParameters(file, trial_id, { trial, told, parameters });
      insertOutcome(file, trial_id, told);
      number++;
    }
  }
  return number;
}

async function parametersOf(reader: SweepReader, sweep: SweepDetail): Promise<readonly OptunaParameter[]> {
  const collector = new ParameterCollector();
  for (const stretch of stretches(sweep.trials)) {
    for (const trial of await reader.trials(sweep.name, stretch)) collector.add(trial);
  }
  return collector.parameters();
}

interface ToldTrial {
  readonly trial: TrialRow;
  readonly told: OptunaTrial;
  readonly parameters: readonly OptunaParameter[];
}

function insertParameters(file: SqliteFile, trial_id: number, { trial, told, parameters }: ToldTrial): void {
  const fixed: Record<string, unknown> = {};
  for (const { name, distribution, stored } of parameters) {
    const value = optunaValue(trial.config, name);
    if (value === undefined) continue;
    fixed[name] = value;
    file.insert('trial_params', {
      trial_id,
      param_name: name,
      param_value: stored(value),
      distribution_json: distribution,
    });
  }
  if (told.state !== 'WAITING') return;
  // As `enqueue_trial` leaves it: whoever asks Optuna next gets this configuration.
  const value_json = JSON.stringify(fixed);
  file.insert('trial_system_attributes', { trial_id, key: 'fixed_params', value_json });
}

function insertOutcome(file: SqliteFile, trial_id: number, told: OptunaTrial): void {
  if (told.value !== null) {
    const [value, value_type] = typedValue(told.value);
    file.insert('trial_values', { trial_id, objective: 0, value, value_type });
  }
  for (const [step, mean] of told.intermediate) {
    const [intermediate_value, intermediate_value_type] = typedValue(mean);
    file.insert('trial_intermediate_values', {
      trial_id,
      step,
      intermediate_value,
      intermediate_value_type,
    });
  }
  for (const [key, value] of Object.entries(told.attributes)) {
    file.insert('trial_user_attributes', { trial_id, key, value_json: JSON.stringify(value) });
  }
}

function typedValue(value: number): readonly [value: number | null, type: string] {
  if (Number.isFinite(value)) return [value, 'FINITE'];
  return [null, value > 0 ? 'INF_POS' : 'INF_NEG'];
}

/** Optuna's times are those of the machine, without a zone. */
function localTime(timeMs: number | null): string | null {
  if (timeMs === null) return null;
  const time = new Date(timeMs);
  const local = new Date(timeMs - time.getTimezoneOffset() * 60_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 23)}000`;
}
