import { UserError } from '../../errors.js';
import { isScoredMetric, METRIC_NAMES } from '../../metric.js';
import type { SweepReader } from '../../store/store.js';
import type { Trial } from '../../sweep.js';
import { rankedTrials } from '../ranking/trial-results.js';
import type { RunRow, SideFacts, SweepDetail } from './facts.js';
import { findByWord } from './find-configuration.js';
import { readDraws } from './scores/score-draws.js';
import { withUnrecordedGroups } from './unrecorded-groups.js';

const SCORED_METRICS = METRIC_NAMES.filter(isScoredMetric);

/** What a word refers to, before its predictions are read. */
type Side = Omit<SideFacts, 'predictions' | 'classScores' | 'scoreDraws'>;

/** Reads what each word refers to: a sweep (its best configuration), a configuration or a run. Throws UserError for unknown ones. */
export async function readSides(
  reader: SweepReader,
  given: readonly string[],
): Promise<readonly SideFacts[]> {
  const sides: SideFacts[] = [];
  for (const word of given) {
    const side = await findSide(reader, word);
    const runIds = side.runs.map(({ runId }) => runId);
    sides.push({
      ...side,
      predictions: await reader.predictions(runIds, 'validation'),
      classScores: await reader.classMetrics(runIds, 'validation'),
      scoreDraws: await readDraws(reader, {
        ...{ sweep: side, runs: side.runs },
        ...{ split: 'validation', metrics: SCORED_METRICS },
      }),
    });
  }
  return sides;
}

async function findSide(reader: SweepReader, given: string): Promise<Side> {
  if ((await reader.sweeps()).some(({ name }) => name === given)) return await sweepSide(reader, given);
  const { kind, id, name } = await findByWord(reader, given);
  const trial = kind === 'trial' ? await reader.findTrial(id) : null;
  if (trial !== null) return await trialSide(reader, name, trial);
  const { run, ...detail } = await reader.run(id);
  const { engine, space, point, config } = detail;
  const own = { trialId: run.trialId, engine, space, point, config, addedBaseline: false };
  const whole = await trialSide(reader, given, own);
  const runs = whole.runs.filter(({ runId }) => runId === run.runId);
  if (runs.length === 0) throw nothingFinished(given);
  return { ...whole, kind: 'run', runs };
}

async function sweepSide(reader: SweepReader, given: string): Promise<Side> {
  const { source, dataset, metric, costs } = withUnrecordedGroups(await reader.sweep(given));
  const facts = { trials: await reader.trials(given), runs: await reader.runs(given) };
  const [best] = rankedTrials(facts, metric);
  if (best === undefined) throw nothingFinished(given);
  const home = { source, engine: best.trial.engine, dataset, metric, costs };
  return { given, kind: 'sweep', trial: best.trial, runs: best.runs, ...home };
}

/** The configuration with its finished seeds in all sweeps. */
async function trialSide(reader: SweepReader, given: string, trial: Trial): Promise<Side> {
  const runs = new Map<number, RunRow>();
  let home: SweepDetail | undefined;
  for (const { name } of await reader.sweeps()) {
    const own = (await reader.runs(name)).filter(({ trialId }) => trialId === trial.trialId);
    if (own.length === 0) continue;
    const sweep = withUnrecordedGroups(await reader.sweep(name));
    home ??= sweep;
    const isAlike = JSON.stringify(sweep.costs) === JSON.stringify(home.costs);
    for (const run of own.filter(({ seed }) => !runs.has(seed))) {
      runs.set(run.seed, isAlike ? run : withoutCost(run));
    }
  }
  if (home === undefined) throw nothingFinished(given);
  const { source, dataset, metric, costs } = home;
  const { engine } = trial;
  const bySeed = [...runs.values()].sort((a, b) => a.seed - b.seed);
  return { given, kind: 'trial', trial, runs: bySeed, source, engine, dataset, metric, costs };
}

/** A run of a sweep with other costs than the one that its configuration is shown from. */
function withoutCost(run: RunRow): RunRow {
  return { ...run, validation: { ...run.validation, expected_cost: Number.NaN } };
}

function nothingFinished(given: string): UserError {
  return new UserError(`no run of ${given} has finished yet`, { fix: 'Launch its sweep and compare again.' });
}
