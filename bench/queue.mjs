// What a run costs beyond its training when workers train for a queue, on a file and on a PostgreSQL server of its own, beside threads of
// one process; and how many jobs a second both give out, beside Optuna's storage on the same server (PEERS_PYTHON has optuna and psycopg2).
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ownServer } from '../test/endurance/own-server.mjs';
import { markdownTable } from './markdown-table.mjs';
import { machine, median, writeSection } from './results-file.mjs';

const main = fileURLToPath(new URL('../dist/bundle/main.js', import.meta.url));
const WORKERS = 2;
/** Milliseconds that a run takes, how many runs, and how often. */
const LOADS = [
  { runMs: 10, runs: 400, rounds: 3 },
  { runMs: 1000, runs: 20, rounds: 3 },
  { runMs: 60_000, runs: 2, rounds: 1 },
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

/** Milliseconds of the workers beyond training, per run: on threads, and by a queue on each of the databases. */
async function overheads(load, round, server) {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-bench-'));
  try {
    const name = `sleep-${load.runMs}-${round}`;
    writeSweep(folder, name, load);
    writeSweep(folder, 'first', { runMs: 1, runs: 2 });
    const beyond = (ms) => (ms * WORKERS) / load.runs - load.runMs;
    return {
      threads: beyond(launch(folder, name, '--db', 'threads.db', '--workers', `${WORKERS}`)),
      file: beyond(await queued(folder, name, 'queue.db')),
      server: beyond(await queued(folder, name, `${server}?schema=${name.replaceAll('-', '_')}`)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds of a launch whose workers wait for it. */
async function queued(folder, name, db) {
  const crew = [];
  try {
    launch(folder, 'first', '--db', db);
    for (let at = 0; at < WORKERS; at++) {
      const args = [main, 'worker', '--db', db, '--workers', '1'];
      const worker = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
      crew.push({ worker, waits: new Promise((resolve) => worker.stderr.on('data', resolve)) });
    }
    await Promise.all(crew.map(({ waits }) => waits));
    return launch(folder, name, '--db', db, '--queue');
  } finally {
    for (const { worker } of crew) worker.kill('SIGTERM');
    await delay(1000);
  }
}

const JOBS = 1000;

/** Jobs a second with so many workers, by what a program prints. */
function jobsPerSecond(program, args, said) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}: ${stderr.slice(-500)}`);
  return Number(said.exec(stdout)?.[1]);
}

/** Jobs a second, medians of three. */
function jobs(server, workers) {
  const here = fileURLToPath(new URL('./queue-jobs.mjs', import.meta.url));
  const peer = fileURLToPath(new URL('./peers/optuna_jobs.py', import.meta.url));
  const python = process.env.PEERS_PYTHON;
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-bench-'));
  const rounds = [0, 1, 2].map((round) => {
    const counts = [JOBS, workers, 2].map(String);
    const own = (db) => jobsPerSecond(process.execPath, [here, db, ...counts], /: (\d+) a second/);
    const place = `${server}?schema=jobs_${workers}_${round}`;
    const database = `optuna_${workers}_${round}`;
    return {
      file: own(join(folder, `${round}.db`)),
      server: own(place),
      optuna:
        python && jobsPerSecond(python, [peer, createDatabase(server, database), ...counts], /([\d.]+)/),
    };
  });
  rmSync(folder, { recursive: true, force: true });
  const of = (pick) => (pick(rounds[0]) === undefined ? 'not run' : median(rounds.map(pick)).toFixed(0));
  return [`${workers}`, of(({ file }) => file), of(({ server }) => server), of(({ optuna }) => optuna)];
}

/** A database for Optuna, as SQLAlchemy writes its URL. */
function createDatabase(server, name) {
  const { status, stderr } = spawnSync('psql', [server, '-qc', `create database ${name}`], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return server.replace('postgres://', 'postgresql+psycopg2://').replace(/\/postgres$/, `/${name}`);
}

/** Writes the section of bench/RESULTS.md. */
export async function benchQueue() {
  const own = await ownServer('-c shared_buffers=512MB -c max_connections=200');
  const server = `postgres://${own.user}@127.0.0.1:${own.port}/postgres`;
  try {
    const rows = [];
    for (const load of LOADS) {
      const rounds = [];
      for (let round = 0; round < load.rounds; round++) rounds.push(await overheads(load, round, server));
      const ms = (pick) => `${median(rounds.map(pick)).toFixed(1)} ms`;
      rows.push([
        load.runMs < 1000 ? `${load.runMs} ms` : `${load.runMs / 1000} s`,
        `${load.runs}`,
        ms(({ threads }) => threads),
        ms(({ file }) => file),
        ms(({ server }) => server),
      ]);
    }
    const counts = [1, 10, 50].map((workers) => jobs(server, workers));
    writeSection('queue', section(rows, counts));
  } finally {
    own.stop();
  }
}

function section(rows, counts) {
  return `## What a queue costs

A module that sleeps, on ${WORKERS} threads of one launch and on ${WORKERS} workers with a thread each for a launch with \`--queue\`, all on one
machine: what a run takes beyond its sleep, medians of ${LOADS[0].rounds} (one of the longest). It has the start of the search; the
ranking is left out.

${machine()}

${markdownTable(['a run', 'runs', 'threads', 'queue on a file', 'queue on PostgreSQL'], rows)}

Jobs a second with workers that train in no time, ${JOBS.toLocaleString('en')} jobs, two processes of workers on the same machine as the server: taken, and recorded with the
scores of five epochs and of 21 classes on 1,600 rows; in Optuna's \`RDBStorage\` on the same server asked and told, with three parameters and five reports.
Writers of a store take turns, so a server is saturated by a few workers, and more of them wait longer. Medians of three.

${markdownTable(['workers', 'file', 'PostgreSQL', 'Optuna on PostgreSQL'], counts)}`;
}
