// Boosted trees beside LightGBM, one thread each, in turn: time, memory, loss on rows held out; and how cost grows.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable } from './markdown-table.mjs';
import { onOneCore, runPeer } from './peers.mjs';
import { machine, median, writeSection } from './results-file.mjs';
import { writeTable } from './trees-table.mjs';

const worker = fileURLToPath(new URL('./trees-worker.mjs', import.meta.url));
const TEST_ROWS = 10_000;
const TIMES = 3;
const SIZES = [
  { name: 'many classes', rows: 12_000, features: 133, classes: 21, rounds: 100 },
  { name: 'two classes', rows: 100_000, features: 100, classes: 2, rounds: 100 },
  { name: 'many rows', rows: 1_000_000, features: 64, classes: 5, rounds: 20 },
];
const USUAL = { rows: 50_000, features: 48, classes: 5, rounds: 20, bins: 255 };
const GROWTH = [
  ['rows', [25_000, 50_000, 100_000, 200_000]],
  ['features', [24, 48, 96, 192]],
  ['classes', [2, 5, 10, 20]],
  ['bins', [15, 63, 255]],
];

function ours(request) {
  const [program, ...args] = onOneCore([process.execPath, worker]);
  const { status, stdout, stderr } = spawnSync(program, args, {
    input: JSON.stringify(request),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const PROGRAMS = [
  ['focalsweep', ours],
  ['focalsweep, WebAssembly', (request) => ours({ ...request, build: 'wasm' })],
  ['LightGBM', (request) => runPeer('lightgbm_trees.py', request)],
  ['LightGBM, quantised', (request) => runPeer('lightgbm_trees.py', { ...request, quantised: true })],
];

/** The medians of several runs of every program, one after another in turn. */
function inTurn(folder, size, times) {
  const table = writeTable(folder, { ...size, rows: size.rows + TEST_ROWS });
  const request = { table, testRows: TEST_ROWS, rounds: size.rounds, bins: size.bins ?? 255 };
  const results = PROGRAMS.map(() => []);
  for (let time = 0; time < times; time++) {
    PROGRAMS.forEach(([, run], at) => {
      results[at].push(run(request));
    });
  }
  for (const file of [table.x, table.y]) rmSync(file);
  return results.map((all) =>
    all.some(({ missing }) => missing)
      ? all.find(({ missing }) => missing)
      : Object.fromEntries(
          ['binning', 'growing', 'addedMb', 'logLoss'].map((key) => [
            key,
            median(all.map((one) => one[key])),
          ]),
        ),
  );
}

export function benchTrees() {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-trees-'));
  try {
    const compared = SIZES.flatMap((size) => {
      process.stderr.write(`trees: ${size.name} …\n`);
      const results = inTurn(folder, size, TIMES);
      const other = results[2];
      return results.map((result, at) =>
        result.missing
          ? [size.name, PROGRAMS[at][0], result.missing]
          : [
              at === 0
                ? `${size.rows.toLocaleString('en')} × ${size.features} × ${size.classes}, ${size.rounds} rounds`
                : '',
              PROGRAMS[at][0],
              result.growing.toFixed(2),
              other.missing ? '' : (result.growing / other.growing).toFixed(2),
              result.binning.toFixed(2),
              result.addedMb.toFixed(0),
              result.logLoss.toFixed(4),
            ],
      );
    });
    const grown = GROWTH.flatMap(([what, values]) => {
      process.stderr.write(`trees: ${what} …\n`);
      return values.map((value) => {
        const [own, , other] = inTurn(folder, { ...USUAL, name: 'growth', [what]: value }, 1);
        return [
          `${value.toLocaleString('en')} ${what}`,
          own.growing.toFixed(2),
          own.binning.toFixed(2),
          own.addedMb.toFixed(0),
          other.missing ?? other.growing.toFixed(2),
          other.missing ? '' : other.binning.toFixed(2),
          other.missing ? '' : other.addedMb.toFixed(0),
        ];
      });
    });
    writeSection('trees', section(compared, grown));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function section(compared, grown) {
  const { rows, features, classes, rounds, bins } = USUAL;
  return `
## Boosted trees

${machine()} One thread, 31 leaves, learning rate 0.1, λ = 1, at least 20 rows a leaf, 255 bins, no sampling; generated tables
(bench/trees-table.mjs), CPU seconds, medians of ${TIMES} runs in turn. MB are what the peak of memory grows by once the table is loaded, the loss is
that of ${TEST_ROWS.toLocaleString('en')} rows held out.

${markdownTable(['rows × features × classes', 'program', 'growing, s', '× LightGBM', 'binning, s', 'MB', 'log-loss'], compared)}

How cost grows from ${rows.toLocaleString('en')} rows, ${features} features, ${classes} classes, ${bins} bins and ${rounds} rounds; one run each, focalsweep first.

${markdownTable(['changed', 'growing, s', 'binning, s', 'MB', 'LightGBM: growing, s', 'binning, s', 'MB'], grown)}
`;
}
