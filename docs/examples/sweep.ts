// A sweep from code: plan, train, rank.
import {
  buildReport,
  loadDataset,
  loadTrainer,
  openStore,
  parseSpec,
  planSweep,
  type RunSweepOptions,
  render,
  runSweep,
  type SweepReport,
} from 'focalsweep';

const spec = parseSpec(`
name: from-code
parameters: {gamma: {values: [0, 2]}}
seeds: 2
data: {source: "builtin:malware21", rows: 1000}
train: {epochs: 3}
`);
const dataset = await loadDataset(spec.data, '.');
// One for each of the spec's `spaces`; without such a list there is one.
const trainers = await Promise.all(spec.spaces.map((space) => loadTrainer(space.trainer)));
const plan = planSweep(spec, dataset, ...trainers.map(({ id }) => id));

const scores: number[] = [];
const store = openStore('results/from-code.db');
const writer = await store.writer();
const options: RunSweepOptions = {
  plan,
  dataset,
  trainers,
  writer,
  workers: 2,
  onProgress: (event) => {
    if (event.type === 'epoch') scores.push(event.epoch.validation.macro_f1);
  },
};
const { complete } = await runSweep(options);
await writer.close();

const reader = await store.reader();
const report: SweepReport = await buildReport(reader, 'from-code');
const best: string | undefined = report.configurations[0]?.label;
await reader.close();
console.log(complete, scores.length, best, (await render('report', report, { format: 'csv' })).split('\n').length);
