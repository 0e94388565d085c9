// A program of somebody who uses the library, compiled by scripts/try-package.mjs against the packed package.
import {
  buildReport,
  classMetrics,
  confusionMatrix,
  type Engine,
  FocalLoss,
  focalLoss,
  loadDataset,
  loadEngine,
  openStore,
  openWriter,
  parseSpec,
  planSweep,
  renderReport,
  resolveAlpha,
  runSweep,
  type SweepReport,
  type SweepSpec,
  summarise,
  type TensorLike,
} from 'focalsweep';

const spec: SweepSpec = parseSpec('name: typed\ndata: {source: "builtin:malware21"}\n');
const dataset = await loadDataset(spec.data, '.');
const engine: Engine = await loadEngine(spec.engine);
const plan = planSweep(spec, dataset, engine.id);
const writer = openWriter('typed.db');
const scores: number[] = [];
const { signal } = new AbortController();
await runSweep({
  plan,
  dataset,
  writer,
  workers: 2,
  lanes: engine.defaultLanes,
  signal,
  onProgress: (event) => {
    if (event.type === 'epoch') scores.push(event.epoch.trainAccuracy);
  },
});
const report: SweepReport = await buildReport(openStore('typed.db'), 'typed');
const labels: readonly string[] = report.configurations.map((row) => row.label);
const lossOf = (logits: TensorLike): TensorLike => new FocalLoss({ gamma: 2 }).compute(logits, [0, 1]);

export {
  classMetrics,
  confusionMatrix,
  focalLoss,
  labels,
  lossOf,
  renderReport,
  resolveAlpha,
  scores,
  summarise,
};
