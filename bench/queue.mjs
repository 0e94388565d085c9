// What a run costs beyond its training when workers train for a queue, on a file and on a PostgreSQL server of its own, beside threads of
// one process; and how many jobs a second both give out, beside Optuna's storage on the same server (PEERS_PYTHON has optuna and psycopg2).
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** What workers do, and how often that is measured. */
const OPERATIONS = [
  ['jobs', 1000],
  ['claims', 1000],
  ['epochs', 2000],
  ['renewals', 2000],
  ['signs', 10_000],
];
const CREWS = [1, 10, 50];

/** A second and, of a server, milliseconds of its processor for each, by what a program prints. */
function measured(program, args, serverPid) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, ...(serverPid !== undefined && { BENCH_SERVER_PID: serverPid }) },
  });
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}: ${stderr.slice(-500)}`);
  const [, aSecond] = /: (\d+) a second/.exec(stdout) ?? [];
  const [, serverMs] = /, ([\d.]+) ms of the server/.exec(stdout) ?? [];
  return { aSecond: Number(aSecond ?? stdout), serverMs: Number(serverMs) };
}

/** A row for each operation and number of workers: operations a second, medians of three. */
function operations(server, serverPid) {
  const here = fileURLToPath(new URL('./queue-jobs.mjs', import.meta.url));
  const peer = fileURLToPath(new URL('./peers/optuna_jobs.py', import.meta.url));
  const python = process.env.PEERS_PYTHON;
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-bench-'));
  const rows = OPERATIONS.flatMap(([what, count]) =>
    CREWS.map((workers) => {
      const rounds = [0, 1, 2].map((round) => {
        const name = `${what}_${workers}_${round}`;
        const counts = [String(count), String(workers), '2'];
        const isCompared = python !== undefined && what === 'jobs' && workers > 1;
        const own = (db, pid) => measured(process.execPath, [here, db, what, ...counts], pid);
        return {
          file: own(join(folder, `${name}.db`)).aSecond,
          server: own(`${server}?schema=${name}`, serverPid),
          optuna: isCompared
            ? measured(python, [peer, createDatabase(server, `optuna_${name}`), ...counts]).aSecond
            : Number.NaN,
        };
      });
      const of = (pick, digits = 0) => {
        const value = median(rounds.map(pick));
        return Number.isNaN(value) ? '' : value.toFixed(digits);
      };
      return [
        what,
        `${workers}`,
        of(({ file }) => file),
        of(({ server }) => server.aSecond),
        of(({ server }) => server.serverMs, 2),
        of(({ optuna }) => optuna),
      ];
    }),
  );
  rmSync(folder, { recursive: true, force: true });
  return rows;
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
  const own = await ownServer({ settings: '-c shared_buffers=512MB -c max_connections=200' });
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
    const [serverPid] = readFileSync(join(own.folder, 'data', 'postmaster.pid'), 'utf8').split('\n');
    writeSection('queue', section(rows, operations(server, serverPid)));
  } finally {
    own.stop();
  }
}

function section(rows, operations) {
  return `## What a queue costs

A module that sleeps, on ${WORKERS} threads of one launch and on ${WORKERS} workers with a thread each for a launch with \`--queue\`, all on one
machine: what a run takes beyond its sleep, medians of ${LOADS[0].rounds} (one of the longest). It has the start of the search; the
ranking is left out.

${machine()}

${markdownTable(['a run', 'runs', 'threads', 'queue on a file', 'queue on PostgreSQL'], rows)}

What two processes of workers that train in no time take of a store on the same machine, so many a second, medians of three: jobs are claimed,
and recorded with the scores of five epochs and of 21 classes on 1,600 rows; for claims they are claimed and no more; in Optuna's \`RDBStorage\` on the same server they are asked and told,
with three parameters and five reports. Epochs are recorded one by one, renewals extend a lease, and signs of life only look. The next to last
column is processor time of the server for each.

${markdownTable(['what', 'workers', 'file', 'PostgreSQL', 'ms of the server', 'Optuna on PostgreSQL'], operations)}`;
}
