// A program of somebody who uses the library, compiled by scripts/try-package.mjs against the packed package.
import {
  buildReport,
  classMetrics,
  confusionMatrix,
  loadDataset,
  loadTrainer,
  openStore,
  parseSpec,
  planSweep,
  render,
  runSweep,
  type SweepReport,
  type SweepSpec,
  summarise,
  type Trainer,
} from 'focalsweep';
import { focalLoss, resolveAlpha } from 'focalsweep/loss';
import { type Check, trainerChecks } from 'focalsweep/testing';
import { FocalLoss, type TensorLike } from 'focalsweep/tfjs';

const spec: SweepSpec = parseSpec('name: typed\ndata: {source: "builtin:malware21"}\n');
const dataset = await loadDataset(spec.data, '.');
// One for each of the spec's `spaces`; here there is one.
const trainers: readonly Trainer[] = await Promise.all(
  spec.spaces.map((space) => loadTrainer(space.trainer)),
);
const plan = planSweep(spec, dataset, ...trainers.map(({ id }) => id));
const writer = await openStore('typed.db').writer();
const scores: number[] = [];
const { signal } = new AbortController();
await runSweep({
  plan,
  dataset,
  trainers,
  writer,
  workers: 2,
  signal,
  onProgress: (event) => {
    if (event.type === 'epoch') scores.push(event.epoch.trainAccuracy);
  },
});
const report: SweepReport = await buildReport(await openStore('typed.db').reader(), 'typed');
const labels: readonly string[] = report.configurations.map((row) => row.label);
const checks: readonly Check[] = trainerChecks(async () => trainers[0] as Trainer);
const lossOf = (logits: TensorLike): TensorLike => new FocalLoss({ gamma: 2 }).compute(logits, [0, 1]);

export {
  checks,
  classMetrics,
  confusionMatrix,
  focalLoss,
  labels,
  lossOf,
  render,
  resolveAlpha,
  scores,
  summarise,
};
