// Grows trees on a table of trees-table.mjs: reads it and the settings from stdin, prints CPU seconds, memory and the loss on the rows held out.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { KNOB_DEFAULTS } from '../dist/knobs/knobs.js';
import { evaluateLogits } from '../dist/loss/evaluation.js';
import { binDataset } from '../dist/train/trees/bins/bins.js';
import { Forest } from '../dist/train/trees/forest.js';
import { ForestScores } from '../dist/train/trees/forest-scores.js';
import { loadTreeKernel } from '../dist/train/trees/tree-kernel.js';

const { table, testRows, rounds, bins: mostBins, build } = JSON.parse(readFileSync(0, 'utf8'));
const { rows, features: featureCount, classes } = table;

function read(file, array) {
  const bytes = new Uint8Array(array.buffer);
  const handle = openSync(file, 'r');
  for (let at = 0; at < bytes.length; )
    at += readSync(handle, bytes, at, Math.min(2 ** 26, bytes.length - at));
  closeSync(handle);
  return array;
}
const features = read(table.x, new Float32Array(new SharedArrayBuffer(rows * featureCount * 4)));
const labels = read(table.y, new Int32Array(new SharedArrayBuffer(rows * 4)));
const at = (from, to) => Int32Array.from({ length: to - from }, (_, row) => from + row);
const split = { train: at(0, rows - testRows), validation: at(0, 0), test: at(rows - testRows, rows) };
const config = {
  ...KNOB_DEFAULTS,
  model: 'trees',
  learning_rate: 0.1,
  epochs: rounds,
  row_share: 1,
  max_bins: mostBins,
};

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const peakMb = () => process.resourceUsage().maxRSS / 1024;
const kernel = loadTreeKernel(build);
const [loaded, start] = [peakMb(), cpu()];
const bins = binDataset(kernel, { features, labels, featureCount, split }, mostBins);
const binned = cpu();
const data = {
  bins,
  labels: labels.slice(0, split.train.length),
  classes,
  loss: { alpha: new Float32Array(classes).fill(1), gamma: 0 },
  config,
  seed: 1,
};
const forest = new Forest(kernel, data);
for (let round = 0; round < rounds; round++) forest.grow(() => false);
const grown = cpu();
const scores = new ForestScores(kernel, forest, data, 'test', testRows);
scores.advance(rounds);
const targets = labels.slice(split.train.length);
const { crossEntropy } = evaluateLogits({ logits: scores.logits(), targets, classes }, data.loss);
console.log(
  JSON.stringify({
    binning: binned - start,
    growing: grown - binned,
    addedMb: peakMb() - loaded,
    logLoss: crossEntropy / testRows,
  }),
);
