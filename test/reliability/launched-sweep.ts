import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { Database } from '../../src/store/sqlite/file/driver.js';

/** The command that users run. */
export const MAIN = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));

/** A fresh folder that goes away after the file's tests. */
export function workFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-reliability-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes `s.yaml`, 18 runs of some tenths of a second on one thread, and its table into a new folder. */
export function writeSweep(parent: string, name: string, epochs = 1500): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  const rows = Array.from(
    { length: 60 },
    (_, row) => `${row % 7},${(row * 13) % 11},${row % 3 ? 'ok' : 'bad'}`,
  );
  writeFileSync(join(folder, 'd.csv'), `x1,x2,y\n${rows.join('\n')}\n`);
  writeFileSync(
    join(folder, 's.yaml'),
    `name: small
parameters: {gamma: {values: [0, 1, 2]}}
seeds: 6
model: {hidden: [16]}
train: {epochs: ${epochs}, patience: 0, batch_size: 8}
data: {source: d.csv, label: y}
`,
  );
  return folder;
}

/** A command under way. */
export interface Started {
  readonly child: ChildProcess;
  /** Its exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  readonly stderr: () => string;
  /** Resolves once stderr has said this, or the command has ended. */
  said(words: RegExp): Promise<void>;
}

/** Starts a program in the folder, with stdin and stdout that nobody looks at. */
export function start(folder: string, program: string, args: readonly string[]): Started {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  let isOver = false;
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('close', (code, signal) => {
      isOver = true;
      resolve(signal ?? code);
    });
  });
  return {
    child,
    ended,
    stderr: () => stderr,
    async said(words) {
      while (!words.test(stderr) && !isOver) await delay(10);
    },
  };
}

/** Starts `focalsweep launch s.yaml` with one worker. */
export function launch(folder: string, ...more: readonly string[]): Started {
  return start(folder, process.execPath, [MAIN, 'launch', 's.yaml', '--workers', '1', ...more]);
}

/** How many runs of the folder's database are in each state, as SQLite says. */
export function stateCounts(folder: string): Readonly<Record<string, number>> {
  const database = new Database(join(folder, 'results', 'focalsweep.db'), { readonly: true });
  try {
    const rows = database.prepare('SELECT state, count(*) AS n FROM runs_wide GROUP BY 1').all();
    return Object.fromEntries((rows as { state: string; n: number }[]).map(({ state, n }) => [state, n]));
  } finally {
    database.close();
  }
}
