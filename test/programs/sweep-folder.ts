import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { Database } from '../../src/store/sqlite/file/driver.js';

/** The command that users run. */
export const MAIN = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
/** In the environment of every process that a folder's commands start. */
const MARKER = 'FOCALSWEEP_TEST_FOLDER';

/** A command under way. */
export interface Launched {
  readonly pid: number;
  /** Its exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  readonly stderr: () => string;
  send(signal: NodeJS.Signals): void;
}

/** A folder with a table, a spec and programs, in which commands run. */
export interface SweepFolder {
  readonly path: string;
  write(name: string, text: string): void;
  read(name: string): string;
  /** The lines of a file that programs append to; none while it is missing. */
  lines(name: string): readonly string[];
  focalsweep(...args: readonly string[]): SpawnSyncReturns<string>;
  launch(...args: readonly string[]): Launched;
  /** Rows of `query --format json`. */
  query(columns: string, ...args: readonly string[]): readonly Readonly<Record<string, unknown>>[];
  /** One column of an SQL query. */
  sql(statement: string): readonly unknown[];
  /** Processes of the folder's commands that live, apart from some; waits a little for those that are about to end. */
  left(): Promise<readonly string[]>;
}

// Here, because a test in progress can add nothing that runs after all of its file.
const paths: string[] = [];
afterAll(() => {
  for (const path of paths) rmSync(path, { recursive: true, force: true });
});

/** A fresh folder that goes away after the file's tests; `programs` are files of this folder to copy. */
export function sweepFolder(...programs: readonly string[]): SweepFolder {
  const path = mkdtempSync(join(tmpdir(), 'focalsweep-programs-'));
  paths.push(path);
  for (const program of programs) {
    copyFileSync(fileURLToPath(new URL(program, import.meta.url)), join(path, program));
  }
  const rows = Array.from(
    { length: 120 },
    (_, row) => `${row % 7},${(row * 13) % 11},${row % 3 ? 'ok' : 'bad'}`,
  );
  writeFileSync(join(path, 'd.csv'), `x1,x2,y\n${rows.join('\n')}\n`);
  const options = { cwd: path, env: { ...process.env, [MARKER]: path } };
  const focalsweep: SweepFolder['focalsweep'] = (...args) =>
    spawnSync(process.execPath, [MAIN, ...args], { ...options, encoding: 'utf8', maxBuffer: 2 ** 28 });
  return {
    path,
    write(name, text) {
      mkdirSync(join(path, name, '..'), { recursive: true });
      writeFileSync(join(path, name), text);
    },
    read: (name) => readFileSync(join(path, name), 'utf8'),
    lines: (name) => linesOf(join(path, name)),
    focalsweep,
    launch: (...args) => startLaunch(args, options),
    query(columns, ...args) {
      const { status, stdout, stderr } = focalsweep(
        'query',
        ...args,
        '--columns',
        columns,
        '--format',
        'json',
      );
      if (status !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    },
    sql(statement) {
      const database = new Database(join(path, 'results', 'focalsweep.db'), { readonly: true });
      try {
        return database.prepare(statement).pluck().all();
      } finally {
        database.close();
      }
    },
    left: () => leftOf(path),
  };
}

function startLaunch(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Launched {
  const child = spawn(process.execPath, [MAIN, 'launch', ...args], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return {
    pid: child.pid ?? 0,
    ended: new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code))),
    stderr: () => stderr,
    send: (signal) => child.kill(signal),
  };
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

/** Waits until something holds; gives up late, so that the assertion after it fails and not the whole file. */
export async function until(holds: () => boolean): Promise<void> {
  for (let look = 0; look < 2000 && !holds(); look++) await delay(10);
}

async function leftOf(path: string): Promise<readonly string[]> {
  let living = livingWith(`${MARKER}=${path}`);
  for (let look = 0; look < 500 && living.length > 0; look++) {
    await delay(10);
    living = livingWith(`${MARKER}=${path}`);
  }
  return living;
}

/** Living processes with a variable in their environment, as `pid command`. Linux only. */
function livingWith(variable: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const isMarked = `\0${content(`/proc/${pid}/environ`)}`.includes(`\0${variable}\0`);
      return isMarked ? [`${pid} ${content(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`] : [];
    });
}

function content(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
