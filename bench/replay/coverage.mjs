// What intervals and verdicts are worth of configurations that a stopper has left: node bench/replay/coverage.mjs [repeats]
// (build first: npx tsc -p .). New seeds are made of those of a replay table, so the truth is known: the means over all of its seeds. The noise of rows has no part in it: all is about these rows, and intervals are those of seeds alone.
import { againstBaseline } from '../../dist/analysis/ranking/standings.js';
import { compareWith, verdictOf } from '../../dist/metrics/estimates/comparisons.js';
import { estimateFromSeeds } from '../../dist/metrics/estimates/estimate-trials.js';
import { randomStream } from '../../dist/random.js';
import { EQUIVALENT } from '../../dist/spec/aims.js';
import { markdownTable } from '../markdown-table.mjs';
import { grid, stopped } from './arms.mjs';
import { readTable, TABLES } from './tables.mjs';
import { bestOf, mean, meanValue, seedValues } from './truth.mjs';

const REPEATS = Number(process.argv[2] ?? 400);
const ONLY = process.argv[3] ?? '';
const DRAWS = 1000;
const METRICS = ['macro_f1', 'rare_recall'];
const RACE = { type: 'halving_then_racing', grace: 3, eta: 2, maxSeeds: 5 };

/** Ways to judge what is left: with all of its seeds, or without the first one, which has chosen it. */
const FROM = { 'all seeds': 0, 'without the first seed': 1 };
const SEARCHES = { grid: grid(5), halving_then_racing: stopped(RACE, 5) };

/** The value that a run has at an epoch: its last one where it has ended. */
const atEpoch = ({ epochs }, epoch) => epochs[Math.min(epoch, epochs.length - 1)];

/** Means over the seeds of a trial: of every epoch, and at the end. */
function meansOf({ runs }) {
  const longest = Math.max(...runs.map(({ epochs }) => epochs.length));
  const over = (of) =>
    Object.fromEntries(METRICS.map((name) => [name, mean(runs.map((run) => of(run)[name]))]));
  return {
    epochs: Array.from({ length: longest }, (_, epoch) => over((run) => atEpoch(run, epoch))),
    end: over(({ validation }) => validation),
  };
}

/**
 * New seeds, the same for all trials, called 1, 2 and so on. What a new seed does to the mean of a trial is what two of the table's do, one
 * times the cosine of an angle and the other times its sine: so all variances and correlations are those of the table, at every epoch.
 */
function drawn(table, stream) {
  const mixes = table.seeds.map((_, at) => {
    const one = stream.integer(table.seeds.length);
    const other = (one + 1 + stream.integer(table.seeds.length - 1)) % table.seeds.length;
    const angle = 2 * Math.PI * stream.uniform();
    return { seed: at + 1, one, other, shares: [Math.cos(angle), Math.sin(angle)] };
  });
  const trials = table.trials.map((trial) => {
    const { epochs, end } = trial.means;
    const mixed = ({ one, other, shares: [a, b] }, of, center) =>
      Object.fromEntries(
        METRICS.map((name) => [
          name,
          center[name] +
            a * (of(trial.runs[one])[name] - center[name]) +
            b * (of(trial.runs[other])[name] - center[name]),
        ]),
      );
    const runs = mixes.map((mix) => ({
      seed: mix.seed,
      epochs: trial.runs[mix.one].epochs.map((_, epoch) =>
        mixed(mix, (run) => atEpoch(run, epoch), epochs[epoch]),
      ),
      validation: mixed(mix, ({ validation }) => validation, end),
    }));
    return { ...trial, runs };
  });
  return { ...table, trials };
}

/** The table if all trials were equally good: each keeps its noise, and has the means of the best baseline at every epoch and at the end. */
function levelled(table) {
  const reference = bestOf(
    table.trials.filter(({ isBaseline }) => isBaseline),
    table.metric,
  ).means;
  const shifted = (values, from, to) =>
    Object.fromEntries(METRICS.map((name) => [name, values[name] - from[name] + to[name]]));
  const level = ({ means, ...trial }) => {
    const runs = trial.runs.map((run) => ({
      ...run,
      epochs: run.epochs.map((values, epoch) =>
        shifted(values, means.epochs[epoch], atEpoch(reference, epoch)),
      ),
      validation: shifted(run.validation, means.end, reference.end),
    }));
    return withMeans({ ...trial, runs });
  };
  return { ...table, trials: table.trials.map(level) };
}

const withMeans = (trial) => ({ ...trial, means: meansOf(trial) });

const covers = ({ low, high }, value) => low - 1e-9 <= value && value <= high + 1e-9;

/** Whether a trial is said to be worse than another that is no better. */
function isBehind(estimates, trueOf) {
  return estimates.means.some((_, best) => {
    const comparison = compareWith(estimates, best);
    return estimates.means.some(
      (_own, at) => verdictOf(comparison, at) < 0 && trueOf(at) >= trueOf(best) - 1e-9,
    );
  });
}

/** Of one repeat: which intervals hold the truth, and whether something is called better than the best baseline that is not. */
function judged(left, { truth, metric, from, of, seed }) {
  const trials = left.map((trial) => ({ ...trial, runs: trial.runs.slice(from) }));
  const estimates = estimateFromSeeds(metric.name, seedValues(trials, metric), { draws: DRAWS, seed });
  const choice = trials.indexOf(bestOf(trials, metric));
  const trueOf = (at) => truth.values.get(trials[at].trialId);
  const own = estimates.estimates().map(({ interval }, at) => covers(interval, trueOf(at)));
  // As if the first seed were not there, downwards: selection makes values too high.
  const fartherLow = estimates.estimates().map(({ mean: value, interval }, at) => {
    const seeds = trials[at].runs.length;
    const low = value - Math.sqrt(seeds / (seeds - 1)) * (value - interval.low);
    return covers({ ...interval, low }, trueOf(at));
  });
  const candidates = trials.flatMap(({ isBaseline }, at) => (isBaseline ? [at] : []));
  const baseline = trials.indexOf(
    bestOf(
      candidates.map((at) => trials[at]),
      metric,
    ),
  );
  const others = trials.map((_, at) => at).filter((at) => at !== baseline);
  const reference = { metric, baseline, candidates, equivalent: () => EQUIVALENT };
  const comparedIn = (counted) =>
    againstBaseline({ ranked: counted, of: new Map([[metric.name, counted]]) }, reference)(metric.name);
  const began = { ...estimates, dropped: of - left.length };
  const [against, amongLeft] = [comparedIn(began), comparedIn(estimates)];
  const differenceOf = (at) => trueOf(at) - truth.baseline;
  const isFalse = (at) => differenceOf(at) <= 1e-9;
  return {
    own,
    fartherLow,
    choice: own[choice],
    isHigh: estimates.means[choice] - trueOf(choice),
    differences: others.every((at) => covers(against(at).interval, differenceOf(at))),
    falselyBetter: others.some((at) => isFalse(at) && against(at).verdict === 'better'),
    betterAmongLeft: others.some((at) => isFalse(at) && amongLeft(at).verdict === 'better'),
    falselyBehind: isBehind(began, trueOf),
    behindAmongLeft: isBehind(estimates, trueOf),
  };
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const rows = [];
for (const name of TABLES.filter((table) => table.includes(ONLY))) {
  const read = readTable(name);
  const real = { ...read, trials: read.trials.map(withMeans) };
  for (const [kind, table] of Object.entries({ 'as it is': real, 'all equal': levelled(real) })) {
    const values = new Map(table.trials.map((trial) => [trial.trialId, meanValue(trial, table.metric)]));
    const baselines = table.trials.filter(({ isBaseline }) => isBaseline);
    const truth = { values, baseline: meanValue(bestOf(baselines, table.metric), table.metric) };
    for (const [search, arm] of Object.entries(SEARCHES)) {
      const ends = Array.from(
        { length: REPEATS },
        (_, at) => arm(drawn(table, randomStream(at, 'resample', 1)), at).left,
      );
      for (const [label, from] of Object.entries(FROM)) {
        if (search === 'grid' && from > 0) continue;
        const facts = ends.map((left, seed) =>
          judged(left, { truth, metric: table.metric, from, of: table.trials.length, seed }),
        );
        const share = (of) => percent(mean(facts.map((fact) => Number(of(fact)))));
        rows.push([
          name,
          kind,
          search === 'grid' ? search : `${search}, ${label}`,
          mean(ends.map(({ length }) => length)).toFixed(1),
          mean(ends.map(([{ runs }]) => runs.length)).toFixed(1),
          percent(mean(facts.flatMap(({ own }) => own.map(Number)))),
          percent(mean(facts.flatMap(({ fartherLow }) => fartherLow.map(Number)))),
          share(({ choice }) => choice),
          mean(facts.map(({ isHigh }) => isHigh)).toFixed(4),
          share(({ differences }) => differences),
          share(({ falselyBetter }) => falselyBetter),
          share(({ betterAmongLeft }) => betterAmongLeft),
          share(({ falselyBehind }) => falselyBehind),
          share(({ behindAmongLeft }) => behindAmongLeft),
        ]);
        process.stderr.write(`${rows.at(-1).join(' | ')}\n`);
      }
    }
  }
}
console.log(
  markdownTable(
    [
      'table',
      'configurations',
      'search',
      'left',
      'seeds',
      'own value',
      'the same, its lower end farther',
      'value of the choice',
      'choice too high by',
      'all differences to the baseline',
      'something falsely better',
      'the same, counting those that are left',
      'something falsely behind another',
      'the same, counting those that are left',
    ],
    rows,
  ),
);
