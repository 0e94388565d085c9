// Training throughput on one core, side by side: our builds, tfjs, and the peers that are installed.
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { markdownTable } from './markdown-table.mjs';
import { onOneCore, runPeer } from './peers.mjs';
import { machine, median, writeSection } from './results-file.mjs';

const MODELS = [
  [32, 64, 21],
  [64, 128, 64, 21],
  [133, 512, 256, 21],
];
const BATCHES = [32, 128, 512];
const shapes = MODELS.flatMap((layers) => BATCHES.map((batch) => ({ layers, batch })));

/** GFLOP/s of one of our engines by shape, in a process of its own on one core. */
export function measureEngine(request) {
  const [program, ...args] = onOneCore([
    process.execPath,
    fileURLToPath(new URL('./kernel-worker.mjs', import.meta.url)),
  ]);
  const { status, stdout, stderr } = spawnSync(program, args, {
    input: JSON.stringify(request),
    encoding: 'utf8',
  });
  return status === 0 ? JSON.parse(stdout) : { missing: stderr.trim().split('\n').pop().slice(0, 120) };
}

const TRAINERS = [
  ['native addon, best instruction set', () => measureEngine({ engine: 'native/addon', shapes })],
  ['native addon, AVX2', () => measureEngine({ instructionSet: 'avx2', shapes })],
  ['native WebAssembly', () => measureEngine({ engine: 'native/wasm', shapes })],
  ['TensorFlow.js wasm, one model', () => measureEngine({ engine: 'tfjs/wasm', shapes })],
  ['TensorFlow.js wasm, 16 lanes', () => measureEngine({ engine: 'tfjs/wasm', lanes: 16, shapes })],
  ['PyTorch eager, one model', () => runPeer('pytorch_eager.py', { shapes })],
  ['PyTorch, 16 models fused with bmm', () => runPeer('pytorch_fused.py', { shapes })],
  ['JAX jit + vmap + scan, 16 models', () => runPeer('jax_vmap.py', { shapes })],
];

/** Measures every trainer `rounds` times in turn, so that a slow minute of the machine affects all of them. */
function measureAll(rounds) {
  const measured = new Map(TRAINERS.map(([name]) => [name, []]));
  const peaks = [];
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of TRAINERS) {
      process.stderr.write(`round ${round + 1}: ${name} …\n`);
      measured.get(name).push(measure());
      const peak = round === 0 || peaks.length > 0 ? runPeer('mkl_peak.py', {}) : {};
      if (peak.gflops) peaks.push(peak.gflops);
    }
  }
  return { measured, peaks };
}

export function benchKernel(rounds = 3) {
  const { measured, peaks } = measureAll(rounds);
  const figures = new Map();
  const missing = [];
  for (const [name, answers] of measured) {
    const good = answers.filter(({ gflops }) => gflops !== undefined);
    if (good.length === 0) missing.push(`- ${name}: not measured (${answers[0].missing})`);
    else
      figures.set(
        name,
        shapes.map((_, index) => median(good.map(({ gflops }) => gflops[index]))),
      );
  }
  const ours = figures.get(TRAINERS[0][0]) ?? figures.get('native WebAssembly');
  const mkl = peaks.length > 0 ? median(peaks) : 0;
  const best = Math.max(...ours);
  const peak = mkl > 0 ? mkl : best;
  const peakName =
    mkl > 0 ? 'a 1024³ matrix product by PyTorch’s BLAS' : 'our own best, because no BLAS was installed';
  const title = ({ layers, batch }) => `${layers.join('→')}, ${batch}`;
  const cell = (value, index) =>
    `${value.toFixed(1)} (${((100 * value) / peak).toFixed(0)} %, ${(ours[index] / value).toFixed(1)}×)`;
  const tables = MODELS.map((layers, model) => {
    const columns = BATCHES.map((_, index) => model * BATCHES.length + index);
    const rows = [...figures].map(([name, values]) => [name, ...columns.map((at) => cell(values[at], at))]);
    return `### ${layers.join('→')}\n\n${markdownTable(['trainer', ...columns.map((at) => `batch ${shapes[at].batch}`)], rows)}`;
  });
  writeSection(
    'kernel',
    `## Training throughput on one core

GFLOP/s counted as 6 · batch · weights per step (Adam, focal loss, ReLU), median of ${rounds} rounds taken in turn; in
parentheses the share of the measured matrix peak and how many times the native addon is as fast. The peak, ${peak.toFixed(0)} GFLOP/s, is
${peakName} on one core, measured between the trainers. The first layer needs no gradient of its inputs, which the count has
all the same, so a share can come near or over 100 %.

${machine()} Load average at the end: ${loadavg()[1].toFixed(1)}.

${tables.join('\n\n')}
${missing.length > 0 ? `\n${missing.join('\n')}` : ''}`,
  );
  return { ours: Object.fromEntries(shapes.map((shape, index) => [title(shape), ours[index]])), peak };
}
