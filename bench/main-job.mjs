// Time and memory of what users wait for: the quickstart, a large table, a large store, the start of the command line.
//   npm start once, then: node bench/main-job.mjs [start] [quickstart] [table] [store]
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { randomStream } from '../dist/random.js';
import { machine, median, writeSection } from './results-file.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-bench-'));
const peakFile = join(folder, 'peak');
// Every process writes its peak when it ends, the same way on every platform; the one that trains has the largest.
const recordPeak = `data:text/javascript,${encodeURIComponent(`
import { isMainThread } from 'node:worker_threads';
import { appendFileSync } from 'node:fs';
if (isMainThread) process.on('exit', () => appendFileSync(${JSON.stringify(peakFile)}, process.resourceUsage().maxRSS + '\\n'));
`)}`;

function focalsweep(...args) {
  writeFileSync(peakFile, '');
  const startedAt = performance.now();
  const result = spawnSync(
    process.execPath,
    [`--import=${recordPeak}`, join(root, 'dist/bundle/main.js'), ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    },
  );
  if (result.status !== 0) throw new Error(`${args.join(' ')}: ${result.stderr}`);
  const seconds = (performance.now() - startedAt) / 1000;
  const peaks = readFileSync(peakFile, 'utf8').trim().split('\n').map(Number);
  return { seconds, peakMiB: Math.max(...peaks) / 1024, stderr: result.stderr };
}

const repeat = (count, measure) => Array.from({ length: count }, (_, index) => measure(index));

function quickstart(engine) {
  const spec = join(root, 'sweeps', 'quickstart.yaml');
  const db = (index) => ['--db', join(folder, `${engine.replace('/', '-')}-${index}.db`)];
  const launches = repeat(3, (index) => focalsweep('launch', spec, '--engine', engine, ...db(index)));
  const again = repeat(3, (index) => focalsweep('launch', spec, '--engine', engine, ...db(index)));
  const seconds = median(launches.map((launch) => launch.seconds));
  const [, runs] = /(\d+) runs, \1 to train/.exec(launches[0].stderr);
  return `| \`${engine}\` | ${seconds.toFixed(1)} | ${(runs / seconds).toFixed(0)} | ${median(again.map((launch) => launch.seconds)).toFixed(2)} | ${median(launches.map((launch) => launch.peakMiB)).toFixed(0)} |`;
}

/** 100,000 rows × 100 numbers, 21 classes, as text. */
async function largeTable(file) {
  const stream = randomStream(1, 'synthetic');
  const out = createWriteStream(file);
  out.write(`${Array.from({ length: 100 }, (_, index) => `f${index}`).join(',')},label\n`);
  for (let row = 0; row < 100_000; row++) {
    const label = Math.floor(21 * stream.uniform() ** 2);
    const line = Array.from({ length: 100 }, (_, index) =>
      (stream.uniform() + (index % 21 === label ? 0.5 : 0)).toFixed(4),
    );
    if (!out.write(`${line.join(',')},c${label}\n`))
      await new Promise((resolve) => out.once('drain', resolve));
  }
  await new Promise((resolve) => out.end(resolve));
}

async function largeTableRows() {
  await largeTable(join(folder, 'large.csv'));
  const spec = join(folder, 'large.yaml');
  writeFileSync(
    spec,
    'name: large\nparameters: {gamma: {values: [0, 1, 2, 3]}}\nseeds: 1\ndata: {source: large.csv}\ntrain: {epochs: 3, patience: 0}\n',
  );
  return [1, 2].map((workers) => {
    const launches = repeat(3, (index) =>
      focalsweep(
        'launch',
        spec,
        '--workers',
        String(workers),
        '--db',
        join(folder, `large-${workers}-${index}.db`),
      ),
    );
    const trained = launches.map(({ stderr }) => Number(/trained in ([\d.]+) s/.exec(stderr)[1]));
    return `| ${workers} | ${median(launches.map((launch) => launch.seconds)).toFixed(1)} | ${median(trained).toFixed(1)} | ${median(launches.map((launch) => launch.peakMiB)).toFixed(0)} |`;
  });
}

function storeRows() {
  const db = join(folder, 'store.db');
  const filled = spawnSync(process.execPath, [join(root, 'bench/store.mjs'), '10000', '30', db], {
    encoding: 'utf8',
  });
  if (filled.status !== 0) throw new Error(filled.stderr);
  const { medianMs } = JSON.parse(filled.stdout);
  const timed = (...args) => median(repeat(5, () => focalsweep(...args, '--db', db).seconds)).toFixed(2);
  return [
    `| \`query --where "gamma >= 2" --sort -rare_recall --limit 20\` | ${timed('query', '--where', 'gamma >= 2', '--sort', '-rare_recall', '--limit', '20')} | ${(medianMs.query / 1000).toFixed(3)} | 0.3 |`,
    `| \`query\`, all 10,000 rows | ${timed('query', '--format', 'csv')} | ${(medianMs.queryAllRows / 1000).toFixed(3)} | |`,
    `| \`report\` | ${timed('report')} | ${(medianMs.report / 1000).toFixed(3)} | 2 |`,
  ];
}

/** Each part is a section of its own, written as soon as it is measured. */
const PARTS = {
  async start() {
    const help = median(repeat(9, () => focalsweep('--help').seconds));
    return `## Start of the command line\n\n\`focalsweep --help\`: ${help.toFixed(3)} s (target: under 0.25).`;
  },
  async quickstart() {
    return [
      '## The quickstart',
      '',
      '`npm start`’s sweep (12 configurations × 3 seeds of a network of one hidden layer and of trees; 4,798 training rows × 64), 2 workers:',
      '',
      '| engine | seconds | runs/s | launched again | peak MiB |',
      '|---|---:|---:|---:|---:|',
      ...['native/addon', 'native/wasm'].map(quickstart),
    ].join('\n');
  },
  async table() {
    return [
      '## A large table',
      '',
      '100,000 rows × 100 numbers from CSV, 4 runs × 3 epochs, hidden [128, 64]:',
      '',
      '| workers | seconds | of them training | peak MiB |',
      '|---:|---:|---:|---:|',
      ...(await largeTableRows()),
    ].join('\n');
  },
  async store() {
    return [
      '## A large store',
      '',
      '10,000 runs × 30 epochs:',
      '',
      '| command | seconds | of them reading | target |',
      '|---|---:|---:|---:|',
      ...storeRows(),
    ].join('\n');
  },
};

const asked = process.argv.slice(2);
try {
  for (const [name, measure] of Object.entries(PARTS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const text = await measure();
    writeSection(
      `main-job-${name}`,
      `${text}\n\n${machine()} Wall clock, start-up included; medians of 3 or more.`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
