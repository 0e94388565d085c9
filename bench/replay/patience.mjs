// What ending a search by `budget: {patience: N}` saves and costs: configurations of the replay tables are drawn until N in a row bring no
// gain, as a launch has it.
import { randomStream } from '../../dist/random.js';
import { createGains } from '../../dist/run/gains.js';
import { EQUIVALENT } from '../../dist/spec/aims.js';
import { markdownTable } from '../markdown-table.mjs';
import { median, writeSection } from '../results-file.mjs';
import { drawnOrder, SEEDS, withSeeds } from './arms.mjs';
import { permuted } from './follow.mjs';
import { readTable, TABLES } from './tables.mjs';
import { bestOf, mean, truthOf } from './truth.mjs';

const REPEATS = 50;
const METHODS = ['random', 'tpe'];
const PATIENCES = [10, 20, 30, 50];

/** The trials that are trained, of those in their order, until patience is over. */
function trainedUntil(order, { metric, patience }) {
  const byId = new Map(order.map((trial) => [trial.trialId, trial]));
  const runs = order.flatMap(({ trialId, runs: own }) =>
    own.map(({ seed, validation }) => ({ runId: `${trialId}-${seed}`, trialId, validation })),
  );
  const scores = new Map(runs.map(({ runId, validation }) => [runId, validation]));
  const spec = { metric, equivalent: EQUIVALENT, budget: { patience } };
  const gains = createGains(spec, (trialId) => byId.get(trialId));
  const done = [];
  for (const part of gains.parts(runs)) {
    if (gains.isPatienceOver(done, scores)) break;
    done.push(...part);
  }
  return [...new Set(done.map(({ trialId }) => byId.get(trialId)))];
}

function rowsOf(name) {
  const table = readTable(name);
  const truth = truthOf(table);
  const repeats = Array.from({ length: REPEATS }, (_, at) => permuted(table, randomStream(at, 'search', 0)));
  return METHODS.flatMap((method) => {
    const orders = repeats.map((repeat, at) =>
      withSeeds(drawnOrder(method, repeat.trials.length)(repeat, at), SEEDS),
    );
    return PATIENCES.filter((patience) => patience < table.trials.length).map((patience) => {
      const left = orders.map((order) => trainedUntil(order, { metric: table.metric, patience }));
      const facts = left.map((own) => truth.get(bestOf(own, table.metric).trialId));
      return [
        `${name}, ${table.trials.length}`,
        method,
        String(patience),
        percent(left.map((own) => own.length / table.trials.length)),
        percent(facts.map(({ isTied }) => Number(isTied))),
        median(facts.map(({ regret }) => regret)).toFixed(4),
        mean(facts.map(({ regret }) => regret)).toFixed(4),
      ];
    });
  });
}

const percent = (shares) => `${(100 * mean(shares)).toFixed(0)} %`;
const HEAD = [
  'table, configurations',
  'method',
  'patience',
  'trained',
  'tied with the best',
  'median regret',
];

/** Writes the table of bench/RESULTS.md. */
export function benchPatience() {
  writeSection(
    'patience',
    `## A search that ends when nothing better is to be expected

\`budget: {patience: N}\` on the replay tables, ${SEEDS} seeds a configuration, ${REPEATS} repeats with seeds in other orders and other draws: the share of the
configurations that were trained, how often the one with the best mean is tied with the best of all by ten seeds, and how much worse it is.

${markdownTable([...HEAD, 'mean regret'], TABLES.flatMap(rowsOf))}`,
  );
}
