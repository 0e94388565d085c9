// Launches a sweep through the CLI as a user would, start-up, data and store included, and measures time and memory.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/bundle/main.js', import.meta.url));
const SAY_PEAK = `data:text/javascript,${encodeURIComponent(`
  import { isMainThread } from 'node:worker_threads';
  import { writeSync } from 'node:fs';
  if (isMainThread) process.on('exit', () => writeSync(2, '\\npeak-kb ' + process.resourceUsage().maxRSS + '\\n'));
`)}`;

/** Of malware21 as the benchmarks use it; the split leaves 8,192 training rows of 13,654. */
export function specText({ gammas, seeds, epochs, rows = 13_654 }) {
  return `name: bench
metric: {name: macro_f1, goal: maximize}
parameters:
  alpha: {values: [1, balanced]}
  gamma: {values: [${gammas.join(', ')}]}
  learning_rate: {values: [0.003, 0.001, 0.0005]}
seeds: ${seeds}
data:
  source: builtin:malware21
  rows: ${rows}
  label: family
  split: {validation: 0.2, test: 0.2, seed: 7}
model: {type: mlp, hidden: [128, 64]}
train: {epochs: ${epochs}, batch_size: 128, optimizer: adam, patience: 0}
engine: auto
`;
}

/** Seconds and peak memory (MB, of the process that trains) of one launch into a new database. */
export function launch(spec, workers) {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-bench-'));
  try {
    writeFileSync(join(folder, 'bench.yaml'), spec);
    const args = [
      '--import',
      SAY_PEAK,
      main,
      'launch',
      'bench.yaml',
      '--db',
      'bench.db',
      '--workers',
      `${workers}`,
    ];
    const startedMs = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const seconds = (performance.now() - startedMs) / 1000;
    if (status !== 0) throw new Error(`launch ended with ${status}: ${stderr.slice(-500)}`);
    const peaksKb = [...stderr.matchAll(/peak-kb (\d+)/g)].map(([, kb]) => Number(kb));
    return { seconds, peakMb: Math.max(...peaksKb) / 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
