// What happens to a sweep whose database fails it in the middle; needs compiled code.
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Database } from '../../src/store/sqlite/file/driver.js';
import { changeRaw } from '../store/raw-changes.js';
import { launch, stateCounts, workFolder, writeSweep } from './launched-sweep.js';

const parent = workFolder();
const WAITS = /note: the database is locked by another program; waiting up to 30 s for it/g;

/** Takes the write lock as another program would; gives the function that lets it go. */
function lock(folder: string): () => void {
  const other = new Database(join(folder, 'results', 'focalsweep.db'));
  other.exec('BEGIN IMMEDIATE');
  return () => other.close();
}

describe.concurrent('a lock that another program holds, under a sweep that trains,', () => {
  it('for 16 s is waited for, and said once', async () => {
    const folder = writeSweep(parent, 'locked-for-a-while');
    const sweep = launch(folder);
    await sweep.said(/^\[2\//m);
    const release = lock(folder);
    await delay(16_000);
    release();
    expect(await sweep.ended).toBe(0);
    expect(sweep.stderr().match(WAITS)).toHaveLength(1);
    expect(stateCounts(folder)).toEqual({ complete: 18 });
  });

  it('for ever ends the sweep with exit 4 and no stack, and the next launch goes on', async () => {
    const folder = writeSweep(parent, 'locked-for-ever');
    const sweep = launch(folder);
    await sweep.said(/^\[2\//m);
    const release = lock(folder);
    expect(await sweep.ended).toBe(4);
    release();
    expect(sweep.stderr().match(WAITS)).toHaveLength(1);
    expect(sweep.stderr()).toMatch(/error: .*focalsweep\.db: the database is locked by another program\n/);
    expect(sweep.stderr()).not.toMatch(/^ +at |ERR_|bug:/m);
    const again = launch(folder);
    expect(await again.ended).toBe(0);
    expect(again.stderr()).toMatch(/[1-9]\d* had (?:a result|results) already/);
    expect(stateCounts(folder)).toEqual({ complete: 18 });
  });
});

it.concurrent('a holder that cannot be seen from here keeps its sweep as long as it gives signs of life', async () => {
  const folder = writeSweep(parent, 'unseen', 1_000_000);
  const holder = launch(folder);
  await holder.said(/to train/);
  // As if it trained in another container, whose clock is a day behind.
  changeRaw(
    join(folder, 'results', 'focalsweep.db'),
    "UPDATE holders SET host = 'elsewhere', process_start = '', alive_at_ms = alive_at_ms - 86400000",
  );
  const second = launch(folder);
  expect(await second.ended).toBe(4);
  expect(second.stderr()).toMatch(/note: process \d+ on elsewhere .* cannot be seen from here/);
  expect(second.stderr()).toMatch(/error: .* is being trained by process \d+ on elsewhere/);
  holder.child.kill('SIGINT');
  expect(await holder.ended).toBe(130);
});

describe.concurrent('a database that is taken away while a sweep trains', () => {
  it.each([
    [
      'moved',
      'focalsweep.db',
      (file: string) => renameSync(file, `${file}.kept`),
      /[1-9]\d* had (?:a result|results) already/,
    ],
    ['deleted', 'focalsweep.db', (file: string) => rmSync(file), /18 trained in/],
    // What was in the log alone is gone with it.
    ['without its log', 'focalsweep.db-wal', (file: string) => rmSync(file), /[1-9]\d* trained/],
  ])('%s: ends the sweep with exit 4, and the next launch goes on', async (how, name, takeAway, next) => {
    const folder = writeSweep(parent, how.replaceAll(' ', '-'));
    const file = join(folder, 'results', name);
    const sweep = launch(folder);
    await sweep.said(/^\[2\//m);
    takeAway(file);
    expect(await sweep.ended).toBe(4);
    expect(sweep.stderr()).toMatch(/error: .* was moved, replaced or deleted while it was in use\n/);
    expect(sweep.stderr()).not.toMatch(/^ +at |ERR_|bug:/m);
    if (how === 'moved') renameSync(`${file}.kept`, file);
    const again = launch(folder);
    expect(await again.ended).toBe(0);
    expect(again.stderr()).toMatch(next);
    expect(stateCounts(folder)).toEqual({ complete: 18 });
  });
});
