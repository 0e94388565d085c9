// Our NSGA-II beside Optuna's on problems whose values are computed, not trained: the hypervolume after some trials.
import { METRIC_NAMES } from '../dist/metric.js';
import { searchOf } from '../dist/search/search-of.js';
import { parseSpec } from '../dist/spec/parse-spec.js';
import { markdownTable } from './markdown-table.mjs';
import { runPeer } from './peers.mjs';
import { machine, median, writeSection } from './results-file.mjs';
import { hypervolume, PROBLEMS } from './two-objectives.mjs';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const TRIALS = [100, 200];
/** Optuna's default, and the size of our population. */
const POPULATIONS = [50, 20];

/** The values of all configurations of a search, in order. */
export function search(problem, { method, trials, seed }) {
  const { parameters, values } = PROBLEMS[problem];
  const spec = { name: 'a', method, trials, search_seed: seed, train: { command: ['./t'] }, parameters };
  const { sampler } = searchOf(parseSpec(JSON.stringify(spec)));
  const history = [];
  const reached = [];
  for (let points = sampler.propose(history); points !== 'done'; points = sampler.propose(history)) {
    history.push(
      points.map((point, at) => {
        const [first, second] = values(point);
        reached.push([first, second]);
        const metrics = Object.fromEntries(METRIC_NAMES.map((name) => [name, -first]));
        const validation = { ...metrics, rare_recall: -second };
        return { trialId: `${history.length}-${at}`, point, scores: [{ seed: 1, validation }] };
      }),
    );
  }
  return reached;
}

export async function benchNsga2() {
  const rows = [];
  let version = '';
  for (const [problem, { reference }] of Object.entries(PROBLEMS)) {
    for (const trials of TRIALS) {
      const own = (method) => SEEDS.map((seed) => search(problem, { method, trials, seed }));
      const peers = POPULATIONS.map((population) =>
        runPeer('optuna_nsga2.py', { problem, trials, seeds: SEEDS, population }),
      );
      version = peers[0].version ?? version;
      const searches = [own('nsga2'), ...peers.map(({ values }) => values), own('sobol')];
      const volumes = searches.map((all) =>
        all === undefined ? '–' : median(all.map((points) => hypervolume(points, reference))).toFixed(3),
      );
      rows.push([problem, trials, ...volumes]);
    }
  }
  writeSection(
    'nsga2',
    `## Two objectives

The hypervolume that the configurations of a search dominate, larger is better: the median of ${SEEDS.length} seeds. Optuna ${version}
is \`NSGAIISampler\` with its own population of 50, and with ours of 20; \`sobol\` knows no results. ZDT1 to ZDT3 (Zitzler, Deb and Thiele 2000) have
five numbers; \`mixed\` has three numbers and two lists.

${machine()}

${markdownTable(['problem', 'trials', '`nsga2`', ...POPULATIONS.map((own) => `Optuna, ${own}`), '`sobol`'], rows)}`,
  );
}
