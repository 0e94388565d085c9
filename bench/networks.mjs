// Training throughput of networks for tables on one core: residual blocks, and the wide inputs of piecewise linear numbers.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAddonKernels } from '../dist/train/network/native/addon.js';
import { findCompiler, INSTRUCTION_SETS, KERNEL_OPTIONS } from '../scripts/build-native.mjs';
import { measureEngine } from './kernel.mjs';
import { markdownTable } from './markdown-table.mjs';
import { onOneCore, runPeer } from './peers.mjs';
import { machine, median, writeSection } from './results-file.mjs';

const batch = 128;
const SHAPES = [
  { what: 'plain', layers: [133, 128, 128, 21] },
  { what: 'two residual blocks', layers: [133, 128, 128, 21], residual: true },
  { what: 'two residual blocks', layers: [16, 128, 128, 26], residual: true },
  { what: 'three residual blocks', layers: [133, 256, 256, 256, 21], residual: true },
  { what: 'two small residual blocks', layers: [64, 64, 64, 21], residual: true },
  { what: 'two residual blocks, dropout 0.1', layers: [133, 128, 128, 21], residual: true, dropout: 0.1 },
  { what: '10 numbers in 16 bins', layers: [160, 128, 64, 5] },
  { what: '133 numbers in 16 bins', layers: [2128, 128, 64, 21] },
  { what: 'the same, two residual blocks', layers: [2128, 128, 128, 21], residual: true },
].map((shape) => ({ dropout: 0, ...shape, batch }));

/** The share of what the worker counts that is computed: nothing needs the gradient of the features. */
function doneShare({ layers, residual = false }) {
  const [features, width] = layers;
  const first = features * width;
  const all = layers.slice(1).reduce((sum, outputs, at) => sum + layers[at] * outputs, 0);
  const blocks = layers.length - 2;
  const weights = residual ? first + 2 * blocks * width ** 2 + width * layers.at(-1) : all;
  return (6 * weights - 2 * first) / (6 * weights);
}

/** Builds the program that measures the processor's peak for the best instruction set here; undefined without a compiler. */
function peakProgram(folder) {
  const compiler = findCompiler();
  if (compiler === undefined) return undefined;
  const [{ instructionSet }] = loadAddonKernels();
  const source = fileURLToPath(new URL('./fma-peak.cc', import.meta.url));
  const program = join(folder, 'fma-peak');
  const options = INSTRUCTION_SETS[process.arch][instructionSet];
  execFileSync(compiler.command, [...KERNEL_OPTIONS, ...options, source, '-o', program]);
  return program;
}

function measureRound(program) {
  const peaks = [];
  const gflops = SHAPES.map((shape) => {
    const { dropout } = shape;
    const answers = ['native/addon', 'native/wasm'].map((engine) =>
      measureEngine({ engine, dropout, seconds: 0.5, shapes: [shape] }),
    );
    if (program !== undefined) {
      const [command, ...args] = onOneCore([program]);
      peaks.push(Number(execFileSync(command, args, { encoding: 'utf8' })));
    }
    return answers.map((answer) => (answer.gflops?.[0] ?? Number.NaN) * doneShare(shape));
  });
  return { gflops, peaks, blas: runPeer('mkl_peak.py', {}).gflops };
}

export function benchNetworks(rounds = 3) {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-peak-'));
  const program = peakProgram(folder);
  const measured = Array.from({ length: rounds }, () => measureRound(program));
  rmSync(folder, { recursive: true });
  const peak = median(measured.flatMap(({ peaks }) => peaks));
  const blas = measured.flatMap(({ blas: own }) => own ?? []);
  const rows = SHAPES.map(({ what, layers }, at) => {
    const [addon, wasm] = [0, 1].map((engine) => median(measured.map(({ gflops }) => gflops[at][engine])));
    return [
      `${layers.join('→')}: ${what}`,
      `${addon.toFixed(1)} (${((100 * addon) / peak).toFixed(0)} %)`,
      wasm.toFixed(1),
    ];
  });
  writeSection(
    'networks',
    `## Networks for tables on one core

GFLOP/s at batch ${batch} (Adam, focal loss, ReLU), median of ${rounds} rounds taken in turn. Counted is what is computed: 6 · batch ·
weights per step, but 4 in the first layer, whose inputs need no gradient; normalisation, loss and optimiser are not counted. In
parentheses the share of the processor's peak, ${peak.toFixed(0)} GFLOP/s: fused multiply-adds that wait for nothing, of the widest vectors, measured
between the networks.${blas.length > 0 ? ` A 1024³ matrix product by PyTorch’s BLAS reaches ${median(blas).toFixed(0)} GFLOP/s here.` : ''}

${machine()} Load average at the end: ${loadavg()[1].toFixed(1)}.

${markdownTable(['network', 'native addon', 'native WebAssembly'], rows)}`,
  );
}
