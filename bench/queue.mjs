// What a run costs beyond its training when workers train for a queue, beside threads of one process.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { markdownTable } from './markdown-table.mjs';
import { machine, median, writeSection } from './results-file.mjs';

const main = fileURLToPath(new URL('../dist/bundle/main.js', import.meta.url));
const WORKERS = 2;
/** Milliseconds that a run takes, how many runs, and how often. */
const LOADS = [
  { runMs: 10, runs: 400, rounds: 3 },
  { runMs: 1000, runs: 20, rounds: 3 },
  { runMs: 60_000, runs: 4, rounds: 1 },
];

/** A table of two classes, and a module whose training is sleep. */
function writeSweep(folder, name, { runMs, runs }) {
  const rows = Array.from({ length: 1000 }, (_, row) => `${row % 7},${row % 11},${row % 4 ? 'ok' : 'bad'}`);
  writeFileSync(join(folder, 'table.csv'), `a,b,label\n${rows.join('\n')}\n`);
  writeFileSync(
    join(folder, 'sleep.mjs'),
    `import { setTimeout as sleep } from 'node:timers/promises';
const predictions = Array.from({ length: 200 }, (_, row) => Number(row % 5 === 0));
export async function train({ config }) {
  await sleep(config.ms);
  return { validation: { predictions }, test: { predictions } };
}
`,
  );
  const values = Array.from({ length: runs }, (_, value) => value);
  writeFileSync(
    join(folder, `${name}.yaml`),
    `name: ${name}\ndata: {source: table.csv, label: label}\nseeds: 1\ntrain: {module: ./sleep.mjs}\nparameters: {ms: {value: ${runMs}}, x: {values: [${values.join(', ')}]}}\nbaseline: {x: 0}\n`,
  );
}

function launch(folder, name, ...more) {
  const { status, stderr } = spawnSync(
    process.execPath,
    [main, 'launch', `${name}.yaml`, '--top', '1', ...more],
    { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (status !== 0) throw new Error(`launch ended with ${status}: ${stderr.slice(-500)}`);
  const [, minutes, seconds] = /trained in (?:(\d+) min )?([\d.]+) s/.exec(stderr) ?? [];
  return (Number(minutes ?? 0) * 60 + Number(seconds)) * 1000;
}

/** Milliseconds of the workers beyond training, per run. */
async function overheads(load, round, db) {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-bench-'));
  const crew = [];
  try {
    const name = `sleep-${load.runMs}-${round}`;
    writeSweep(folder, name, load);
    writeSweep(folder, 'first', { runMs: 1, runs: 2 });
    const beyond = (ms) => (ms * WORKERS) / load.runs - load.runMs;
    const threads = beyond(launch(folder, name, '--db', 'threads.db', '--workers', `${WORKERS}`));
    launch(folder, 'first', '--db', db);
    for (let at = 0; at < WORKERS; at++) {
      const args = [main, 'worker', '--db', db, '--workers', '1'];
      const worker = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
      const waits = new Promise((resolve) => worker.stderr.on('data', resolve));
      crew.push({ worker, waits });
    }
    await Promise.all(crew.map(({ waits }) => waits));
    const queue = beyond(launch(folder, name, '--db', db, '--queue'));
    return { threads, queue };
  } finally {
    for (const { worker } of crew) worker.kill('SIGTERM');
    await delay(1000);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the table of bench/RESULTS.md. */
export async function benchQueue() {
  const rows = [];
  for (const load of LOADS) {
    const rounds = [];
    for (let round = 0; round < load.rounds; round++) rounds.push(await overheads(load, round, 'queue.db'));
    const ms = (pick) => `${median(rounds.map(pick)).toFixed(1)} ms`;
    rows.push([
      load.runMs < 1000 ? `${load.runMs} ms` : `${load.runMs / 1000} s`,
      `${load.runs}`,
      ms(({ threads }) => threads),
      ms(({ queue }) => queue),
    ]);
  }
  writeSection(
    'queue',
    `## What a queue costs

A module that sleeps, on ${WORKERS} threads of one launch and on ${WORKERS} workers with a thread each for a launch with \`--queue\`, all on one
machine and on one file: what a run takes beyond its sleep, medians of ${LOADS[0].rounds} (one of the longest). It has the start of the search, the
ranking is left out.

${machine()}

${markdownTable(['a run', 'runs', 'threads', 'queue'], rows)}`,
  );
}
