// How long workers wait for each other at rungs: the replay tables on simulated workers, every epoch of a run taking as long as any other,
// every worker taking the next run as soon as it has finished one.
import { randomStream } from '../../dist/random.js';
import { stopperOf } from '../../dist/search/stoppers/stopper-of.js';
import { defaultAims, EQUIVALENT } from '../../dist/spec/aims.js';
import { markdownTable } from '../markdown-table.mjs';
import { median, writeSection } from '../results-file.mjs';
import { follow, permuted } from './follow.mjs';
import { readTable, TABLES } from './tables.mjs';

const REPEATS = 20;
const WORKERS = [2, 4, 8, 16];
const SEEDS = 5;
const SETTING = { type: 'halving_then_racing', grace: 3, eta: 2, maxSeeds: SEEDS };

/** The share of the workers' time that is idle, if the jobs of a rung begin when all of the rung before have ended. */
function idleShare(rungs, workers) {
  let [busy, whole] = [0, 0];
  for (const jobs of rungs) {
    const free = new Array(workers).fill(0);
    for (const epochs of jobs) {
      const next = free.indexOf(Math.min(...free));
      free[next] += epochs;
      busy += epochs;
    }
    whole += workers * Math.max(...free);
  }
  return 1 - busy / whole;
}

/** The epochs of each run that a search trains, rung by rung. */
function jobsOf(table) {
  const { maxEpochs, metric } = table;
  const sweep = { maxEpochs, metric, seeds: SEEDS, aims: defaultAims(metric), equivalent: EQUIVALENT };
  const rungs = [];
  follow(stopperOf(SETTING, sweep), table, SEEDS, (jobs) => rungs.push(jobs));
  return rungs;
}

/** Writes the table of bench/RESULTS.md. */
export function benchIdle() {
  const rows = TABLES.map((name) => {
    const table = readTable(name);
    const repeats = Array.from({ length: REPEATS }, (_, at) =>
      jobsOf(permuted(table, randomStream(at, 'search', 2))),
    );
    const shares = WORKERS.map((workers) => median(repeats.map((rungs) => idleShare(rungs, workers))));
    return [name, ...shares.map((share) => `${(100 * share).toFixed(0)} %`)];
  });
  writeSection(
    'idle',
    `## How long workers wait at rungs

\`halving_then_racing\` on the replay tables, on simulated workers that train every epoch in the same time: the share of their time that is
idle, median of ${REPEATS} orders of the seeds. Nobody begins the next rung before the last one is judged.

${markdownTable(['table', ...WORKERS.map((workers) => `${workers} workers`)], rows)}`,
  );
}
