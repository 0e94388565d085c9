// Measures one of our engines: reads {engine, instructionSet, lanes, shapes, seconds, rows} from stdin, prints GFLOP/s as JSON.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { arenaBytes, createSharedArena } from '../dist/data/shared-memory.js';
import { randomStream } from '../dist/random.js';
import { networkLayers, weightCount } from '../dist/train/network/layers.js';
import { loadNativeEngine } from '../dist/train/network/native/native-engine.js';
import { loadEngine } from '../dist/train/network/select-engine.js';

const given = JSON.parse(readFileSync(0, 'utf8'));
const { lanes = 1, seconds = 1, rows: rowCount = 8192, dropout = 0 } = given;
const engine = given.instructionSet
  ? await loadNativeEngine('addon', given.instructionSet)
  : await loadEngine(given.engine);

function table(featureCount, classes) {
  const arena = createSharedArena(arenaBytes(rowCount * featureCount) + arenaBytes(rowCount));
  const features = arena.float32(rowCount * featureCount);
  const labels = arena.int32(rowCount);
  const stream = randomStream(7, 'synthetic');
  for (let index = 0; index < features.length; index++) features[index] = stream.uniform() * 4 - 2;
  for (let row = 0; row < rowCount; row++) labels[row] = stream.integer(classes);
  return { memory: arena.memory, rowCount, featureCount, features, labels };
}

async function measure({ layers, batch, residual = false }) {
  const network = { layers, residual };
  const dataset = table(layers[0], layers[layers.length - 1]);
  const stream = randomStream(1, 'initialWeights');
  const initial = Float32Array.from({ length: weightCount(network) }, () => stream.uniform() * 0.2 - 0.1);
  const settings = {
    seed: 1,
    gamma: 2,
    alpha: new Float32Array(layers[layers.length - 1]).fill(1),
    learningRate: 0.001,
    momentum: 0,
    weightDecay: 0,
    dropout,
  };
  const program = await engine.start(
    dataset,
    { ...network, activation: 'relu', optimizer: 'adam', batchSize: batch },
    Array.from({ length: lanes }, () => settings),
    Array.from({ length: lanes }, () => initial),
  );
  const rows = Int32Array.from({ length: Math.min(rowCount, 65_536) }, () => stream.integer(rowCount));
  const steps = Math.floor(rows.length / batch);
  const batches = Array.from({ length: lanes }, () => ({ epoch: 1, rows }));
  const weights = networkLayers(network).reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
  let chunk = 1;
  const rounds = [];
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs || rounds.length < 5) {
    const startedMs = performance.now();
    await program.train(batches, 0, chunk);
    const ms = (performance.now() - startedMs) / chunk;
    rounds.push(ms);
    // Rounds of about 20 ms; rounds with chunks that still grow are left out.
    if (chunk < steps && ms * chunk < 20) {
      chunk = Math.min(steps, chunk * 2);
      rounds.length = 0;
    }
  }
  program.dispose();
  const median = rounds.sort((a, b) => a - b)[rounds.length >> 1];
  return (lanes * 6 * batch * weights) / median / 1e6;
}

const gflops = [];
for (const shape of given.shapes) gflops.push(await measure(shape));
process.stdout.write(
  JSON.stringify({ gflops, version: engine.id, residentMb: process.memoryUsage.rss() / 2 ** 20 }),
);
