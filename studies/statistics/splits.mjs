// How much a comparison depends on the split: sweeps of two configurations × 5 seeds on page-blocks, each with another seed of the
// split, once with one split for all seeds and once with a split per seed. Usage, after `npx tsc -p .`:
//   node studies/statistics/splits.mjs [sweeps]
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  buildRanking,
  loadData,
  loadTrainer,
  openStore,
  parseSpec,
  planSweep,
  runSweep,
} from '../../dist/index.js';

const sweeps = Number(process.argv[2] ?? 14);
const here = fileURLToPath(import.meta.url);
const TABLE = '../../../shared/data/page-blocks/page.blocks.csv';
const WAYS = { 'one split': '', 'a split per seed': ', reshuffle: true' };

function specOf(sweep, way) {
  const seeds = [1, 2, 3, 4, 5].map((seed) => seed + 10 * sweep);
  return parseSpec(`
name: splits
parameters: {alpha: {values: [1, balanced]}, gamma: {value: 0}}
seeds: [${seeds}]
data: {source: ${TABLE}, label: class, split: {seed: ${sweep}${way}}, rare_classes: {quantile: 0.4}}
model: {hidden: [32]}
train: {epochs: 20, batch_size: 64, learning_rate: 0.01, patience: 7}
`);
}

async function differences(sweep, way) {
  const spec = specOf(sweep, way);
  const [loaded, trainer] = await Promise.all([loadData(spec.data, dirname(here)), loadTrainer('native')]);
  const store = openStore(`memory:${sweep}${way}`);
  const writer = await store.writer();
  const plan = planSweep(spec, loaded.dataset, trainer.id);
  await runSweep({ plan, ...loaded, trainers: [trainer], writer, workers: 1 });
  await writer.close();
  const reader = await store.reader();
  const { configurations } = await buildRanking(reader, spec.name);
  await reader.close();
  return configurations.find(({ versusBaseline }) => versusBaseline !== null).versusBaseline;
}

function meanAndSd(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `${mean.toFixed(3)} ± ${Math.sqrt(squares / (values.length - 1)).toFixed(3)}`;
}

for (const [name, way] of Object.entries(WAYS)) {
  const found = [];
  for (let sweep = 1; sweep <= sweeps; sweep++) found.push(await differences(sweep, way));
  const of = (metric) => meanAndSd(found.map((one) => one[metric].mean));
  console.log(
    `${name}: Δ macro-F1 ${of('macro_f1')}, Δ rare recall ${of('rare_recall')} (mean ± sd of ${sweeps} sweeps)`,
  );
}
