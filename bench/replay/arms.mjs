// Ways to search a replay table, of this package. Each arm takes a table whose seeds are in some order, and the number of the repeat,
// and gives `{left, epochs}`: the trials that it chooses from, with the runs that it has of each, and the epochs that it trained.
import { readFileSync } from 'node:fs';
import { randomStream } from '../../dist/random.js';
import { searchOf } from '../../dist/search/search-of.js';
import { stopperOf } from '../../dist/search/stoppers/stopper-of.js';
import { defaultAims, EQUIVALENT } from '../../dist/spec/aims.js';
import { parseSpec } from '../../dist/spec/parse-spec.js';
import { canonicalJson } from '../../dist/wording/canonical-json.js';
import { follow } from './follow.mjs';

/** Seeds of a configuration in a sweep without a stopper, unless it says otherwise. */
export const SEEDS = 3;

/** Trials with their first runs alone. */
export const withSeeds = (trials, seeds) =>
  trials.map((trial) => ({ ...trial, runs: trial.runs.slice(0, seeds) }));
const epochsOf = (trials) =>
  trials.reduce((sum, { runs }) => sum + runs.reduce((own, { epochs }) => own + epochs.length, 0), 0);
const whole = (trials, seeds) => {
  const left = withSeeds(trials, seeds);
  return { left, epochs: epochsOf(left) };
};

export const grid = (seeds) => (table) => whole(table.trials, seeds);

/** A stopper over the grid. */
export const stopped = (setting, seeds) => (table) => {
  const { maxEpochs, metric } = table;
  const sweep = { maxEpochs, metric, seeds, aims: defaultAims(metric), equivalentOf: () => EQUIVALENT };
  return follow(stopperOf(setting, sweep), table, seeds);
};

/** Configurations of the grid in some order until so many epochs are trained. */
export const randomUntil = (epochs, seeds) => (table, repeat) => {
  const stream = randomStream(repeat, 'search', 1);
  const rest = [...table.trials];
  const chosen = [];
  for (let spent = 0; spent < epochs && rest.length > 0; ) {
    const [next] = rest.splice(stream.integer(rest.length), 1);
    chosen.push(next);
    spent += epochsOf(withSeeds([next], seeds));
  }
  return whole(chosen, seeds);
};

/** Trials in the order in which a sampler of this package draws them from the values of the grid, each once. */
export const drawnOrder =
  (method, trials, seeds = SEEDS) =>
  (table, repeat) => {
    const text = readFileSync(new URL(`${table.name}.yaml`, import.meta.url), 'utf8');
    const drawn = `method: ${method}\ntrials: ${trials}\nsearch_seed: ${repeat}`;
    const { sampler } = searchOf(parseSpec(text.replace('method: grid', drawn)));
    const byPoint = new Map(table.trials.map((trial) => [canonicalJson(trial.point), trial]));
    const history = [];
    for (let points = sampler.propose(history); points !== 'done'; points = sampler.propose(history)) {
      const cohort = points.map((point) => byPoint.get(canonicalJson(point)));
      history.push(
        cohort.map(({ runs, ...trial }) => ({
          ...trial,
          scores: runs.slice(0, seeds).map(({ seed, validation }) => ({ seed, validation })),
        })),
      );
      if (!sampler.learns) break;
    }
    const byId = new Map(table.trials.map((trial) => [trial.trialId, trial]));
    return [...new Set(history.flat().map(({ trialId }) => trialId))].map((trialId) => byId.get(trialId));
  };

/** A sampler of this package over the values of the grid. */
export const sampled = (method, trials, seeds) => (table, repeat) => {
  const drawn = new Set(drawnOrder(method, trials, seeds)(table, repeat));
  return whole(
    table.trials.filter((trial) => drawn.has(trial)),
    seeds,
  );
};
