// What the reliability commands share: a small sweep, launching it, and looking at what came of it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Database } from '../../dist/store/sqlite/file/driver.js';

/** What users run, and the same before it is bundled, which a test engine can get into. */
const MAIN = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
/** A program that trains in small epochs, with checkpoints. */
const PROGRAM = fileURLToPath(new URL('../programs/answers.mjs', import.meta.url));
export const UNBUNDLED = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A sweep of 12 runs whose training takes some seconds on one thread; of trees, shared trees or a command where that is the engine. */
export function specText({
  engine,
  epochs,
  gammas = [0, 1, 2],
  rows = 1500,
  seeds = 2,
  more = '',
  method = 'grid',
}) {
  const isCommand = engine === 'command';
  const isTrees = engine === 'trees' || engine === 'shared-trees';
  const model = isCommand
    ? ''
    : isTrees
      ? `model: {type: trees, max_leaves: 7, multi_output: ${engine === 'shared-trees'}}`
      : `model: {hidden: [32], dropout: 0.1}\nengine: ${engine}`;
  const train = isCommand
    ? `{command: [node, ${JSON.stringify(PROGRAM)}, ${epochs}, 8], version: 1}`
    : `{epochs: ${epochs}, patience: 0, learning_rate: 0.01${isTrees ? ', row_share: 0.8, feature_share: 0.8' : ''}}`;
  return `name: undisturbed
${method === 'grid' ? '' : `method: ${method}\ntrials: ${{ tpe: 13, nsga2: 21 }[method] ?? 5}\n`}parameters: {gamma: ${method !== 'grid' ? '{min: 0.5, max: 5}' : `{values: [${gammas}]}`}, alpha: {values: [1, balanced]}}
seeds: ${seeds}
data: {source: "builtin:malware21", rows: ${rows}}
${model}
train: ${train}
${more}`;
}

/** A folder that goes away at the end. */
export function workFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-reliability-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeSpec(folder, name, options) {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, specText(options));
  return file;
}

/** Runs a command to its end; gives status, signal, stdout and stderr. */
export function focalsweep(args, { node = [], main = MAIN, env = {}, cwd, timeoutMs = 120_000 } = {}) {
  return spawnSync(process.execPath, [...node, main, ...args], {
    encoding: 'utf8',
    cwd,
    env: { ...process.env, ...env },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
}

/** Starts a command without waiting, as an argument of the program `prefix` if there is one; `ended` gives its status and signal. */
export function startFocalsweep(args, { node = [], main = MAIN, env = {}, prefix = [] } = {}) {
  const [program, ...rest] = [...prefix, process.execPath, ...node, main, ...args];
  const child = spawn(program, rest, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
    detached: true,
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, stderr }));
  });
  return { child, ended, stderr: () => stderr };
}

export function fingerprint(db) {
  const { status, stdout, stderr } = focalsweep(['fingerprint', '--db', db]);
  if (status !== 0) throw new Error(`fingerprint: exit ${status}\n${stderr}`);
  return stdout.split(' ')[0];
}

/** What plain SQL says of a database, a file or on a server: integrity, runs, results. */
export function inspect(db) {
  return reading(db, (all, integrity) => {
    const one = (sql) => Number(all(sql)[0][0]);
    return {
      integrity: integrity(),
      runs: one('select count(*) from sweep_runs'),
      results: one('select count(*) from results'),
      complete: one("select count(*) from run_states where state = 'complete'"),
      unfinishedAttempts: one('select count(*) from attempts where ended_at_ms is null'),
    };
  });
}

/** The runs without a result as text, with their epochs; how many of them pause; and the epochs of all runs. */
export function leftOf(db) {
  return reading(db, (all) => {
    const one = (sql) => Number(all(sql)[0][0]);
    const runs = all("select run_id, state, error from run_states where state != 'complete' order by 1");
    const epochs = all('select * from live_epochs order by run_id, epoch');
    return {
      rows: JSON.stringify([runs, epochs]),
      paused: one('select count(distinct run_id) from live_epochs'),
      epochs: one('select (select count(*) from epochs) + (select count(*) from live_epochs)'),
    };
  });
}

/** Whether a database is on a server. */
export const isOnServer = (db) => db.startsWith('postgres://');

/** What `read` makes of a database: it is given a function that has all rows of a statement as arrays, and one that checks what is stored. */
function reading(db, read) {
  if (isOnServer(db))
    return read(
      (sql) => rowsOfServer(db, sql),
      () => checkedBy(focalsweep(['check', '--db', db])),
    );
  const database = new Database(db, { readonly: true });
  try {
    const all = (sql) => database.prepare(sql).raw().all();
    return read(all, () => database.pragma('integrity_check', { simple: true }));
  } finally {
    database.close();
  }
}

/** The rows as texts. */
function rowsOfServer(db, sql) {
  const [url, schema] = db.split('?schema=');
  const options = { encoding: 'utf8', env: { ...process.env, PGOPTIONS: `-c search_path=${schema}` } };
  const { status, stdout, stderr } = spawnSync(
    'psql',
    ['-X', '-A', '-t', '-F', '\t', '-d', url, '-c', sql],
    options,
  );
  if (status !== 0) throw new Error(stderr);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

/** 'ok', or the problems that are more than a killed process leaves. */
function checkedBy({ stdout, stderr }) {
  const problems = stdout.split('\n').filter((line) => /^ {2}\S/.test(line));
  const left = problems.filter((line) => !/its process is gone|belongs to no unfinished run/.test(line));
  return /result/.test(stdout) && left.length === 0 ? 'ok' : left.join('\n') || stderr;
}

/** Numbers in [0, 1) that are the same for the same seed, so that a failure can be had again. */
export function seededChance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Ends the program with a line and exit 1 where something does not hold. */
export function must(holds, what) {
  if (holds) return;
  process.stderr.write(`FAILED: ${what}\n`);
  process.exit(1);
}
