// Replays a stopper on a recorded table, as a launch with one cohort would train it.
import { decideRung } from '../../dist/search/decide-rung.js';

/** The table with its seeds in another order, of which a search takes the first: repeat `at` of many. */
export function permuted(table, stream) {
  const order = table.seeds.map((_, at) => at);
  for (let at = order.length - 1; at > 0; at--) {
    const other = stream.integer(at + 1);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return {
    ...table,
    trials: table.trials.map((trial) => ({ ...trial, runs: order.map((from) => trial.runs[from]) })),
  };
}

/** The epoch whose model would be kept, by the metric of the table. */
function bestEpoch(epochs, { name, goal }) {
  const sign = goal === 'maximize' ? 1 : -1;
  return epochs.reduce((best, epoch) => (sign * epoch[name] > sign * best[name] ? epoch : best));
}

/** What a stopper sees of a run that paused after this epoch, or ended. */
function scoreOf({ seed, epochs, validation }, metric, most = Number.POSITIVE_INFINITY) {
  const seen = epochs.slice(0, most);
  const isPaused = epochs.length > most;
  return { seed, epochs: seen, validation: isPaused ? bestEpoch(seen, metric) : validation };
}

/** What a stopper sees of some trials at a rung. */
export function cohortOf(trials, rung, metric) {
  return trials.map(({ trialId, point, isBaseline, runs }) => ({
    trialId,
    point,
    isBaseline,
    scores: runs.slice(0, rung.seeds).map((run) => scoreOf(run, metric, rung.epochs)),
  }));
}

/**
 * Follows a stopper over the first `seeds` seeds of a table: `{left, epochs}`, the trials that are left with their finished runs,
 * and all epochs that were trained.
 */
export function follow(stopper, { trials, metric }, seeds) {
  const trained = new Map();
  const train = (going, rung) => {
    for (const { trialId, runs } of going) {
      for (const { seed, epochs } of runs.slice(0, rung.seeds)) {
        const key = `${trialId} ${seed}`;
        const now = Math.min(epochs.length, rung.epochs ?? Number.POSITIVE_INFINITY);
        trained.set(key, Math.max(now, trained.get(key) ?? 0));
      }
    }
  };
  const end = (left, count) => ({
    left: left.map((trial) => ({ ...trial, runs: trial.runs.slice(0, count) })),
    epochs: [...trained.values()].reduce((sum, count) => sum + count, 0),
  });
  let going = trials;
  for (const rung of stopper.rungs) {
    train(going, rung);
    const cohort = cohortOf(going, rung, metric);
    const ids = new Set(decideRung(stopper, cohort, rung, metric).going);
    if (ids.size === 0) return end(going, rung.seeds);
    going = going.filter(({ trialId }) => ids.has(trialId));
  }
  train(going, { seeds });
  return end(going, seeds);
}
