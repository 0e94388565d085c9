import { UserError } from '../../errors.js';
import type { DatasetRecord, RunRow, SweepReader } from '../../store/store.js';
import type { Trial } from '../../sweep.js';
import { findByWord } from '../find-configuration.js';
import { pointLabel } from '../point-label.js';
import { metricSummaries, rankedTrials, type TrialResult } from '../ranking/trial-results.js';

/** What one of the words given to `compare` stands for. */
export interface FoundSide {
  readonly given: string;
  readonly kind: 'run' | 'trial' | 'sweep';
  readonly label: string;
  readonly result: TrialResult;
  readonly source: string;
  readonly dataset: DatasetRecord;
}

/** Finds a sweep (its best configuration), a configuration or a run by what tables call it: rank or start of the id. Throws UserError. */
export function findSide(reader: SweepReader, given: string): FoundSide {
  if (reader.sweeps().some(({ name }) => name === given)) return sweepSide(reader, given);
  const { kind, id, name } = findByWord(reader, given);
  const trial = kind === 'trial' ? reader.findTrial(id) : null;
  if (trial !== null) return { ...trialSide(reader, name, trial), kind: 'trial' };
  const { run, point, config } = reader.run(id);
  const { trialId } = run;
  const whole = trialSide(reader, given, { trialId, point, config, addedBaseline: false });
  const runs = whole.result.runs.filter(({ runId }) => runId === run.runId);
  if (runs.length === 0) throw nothingFinished(given);
  return {
    ...whole,
    kind: 'run',
    label: `${whole.label} seed ${run.seed}`,
    result: { ...whole.result, runs, metrics: metricSummaries(runs) },
  };
}

function sweepSide(reader: SweepReader, given: string): FoundSide {
  const { source, dataset, metric } = reader.sweep(given);
  const [result] = rankedTrials(reader, given, metric);
  if (result === undefined) throw nothingFinished(given);
  return { given, kind: 'sweep', label: pointLabel(result.trial.point), result, source, dataset };
}

/** The configuration with its finished seeds of all sweeps. */
function trialSide(reader: SweepReader, given: string, trial: Trial): Omit<FoundSide, 'kind'> {
  const runs = new Map<number, RunRow>();
  let home: string | undefined;
  for (const { name } of reader.sweeps()) {
    const own = reader.runs(name).filter(({ trialId }) => trialId === trial.trialId);
    for (const run of own) runs.set(run.seed, run);
    if (own.length > 0) home ??= name;
  }
  if (home === undefined) throw nothingFinished(given);
  const { source, dataset } = reader.sweep(home);
  const ordered = [...runs.values()].sort((a, b) => a.seed - b.seed);
  const result = {
    trial: { ...trial, position: 0 },
    runs: ordered,
    metrics: metricSummaries(ordered),
  };
  return { given, label: pointLabel(trial.point), result, source, dataset };
}

function nothingFinished(given: string): UserError {
  return new UserError(`no run of ${given} has finished yet`, { fix: 'Launch its sweep and compare again.' });
}
