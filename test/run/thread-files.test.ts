// A thread that ends must close its own files only: the numbers of closed ones belong to others at once, such as the store.
import { closeSync, fstatSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import type { WorkerMessage } from '../../dist/run/threads/messages.js';
import { createWorkerPool, startThreads } from '../../dist/run/threads/worker-pool.js';

const ROUNDS = 12;
const ANSWER = '{"validation": {"macro_f1": 0.5}, "test": {"macro_f1": 0.5}}';
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-threads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Trains by a command on a thread of its own, which ends. */
async function trainOnce(runId: string): Promise<readonly string[]> {
  const words = ['sh', '-c', `echo '${ANSWER}' >> "$FOCALSWEEP_REPORT"`];
  const pool = createWorkerPool({ threads: startThreads(1) });
  const seen: WorkerMessage[] = [];
  await pool.train(
    {
      trainer: {
        ...{ type: 'command', words, shell: false, folder, cpusPerRun: 1, gpus: [], timeoutMs: null },
        id: 'command@0',
      },
      runs: [
        { runId, seed: 1, config: { model: 'command' }, metric: { name: 'macro_f1', goal: 'maximize' } },
      ],
      dataset: undefined,
      place: { files: null, folder, sweep: 'threads', slot: 0 },
    },
    (message) => seen.push(message),
  );
  await pool.close();
  return seen.map(({ type }) => type);
}

/** Opens and closes files all the time; gives the number of those that something else had closed. */
async function lostFiles(isOver: () => boolean): Promise<number> {
  let lost = 0;
  while (!isOver()) {
    const files = Array.from({ length: 20 }, () => openSync(process.execPath, 'r'));
    await othersTurn();
    for (const file of files) {
      try {
        fstatSync(file);
        closeSync(file);
      } catch {
        lost++;
      }
    }
  }
  return lost;
}

it.skipIf(process.platform !== 'linux')(
  'threads that have trained by commands end without harm (Linux only)',
  async () => {
    await trainOnce('first');
    const open = readdirSync('/proc/self/fd').length;
    let isOver = false;
    const lost = lostFiles(() => isOver);
    const told: string[] = [];
    for (let round = 0; round < ROUNDS; round++) told.push(...(await trainOnce(`run-${round}`)));
    isOver = true;
    expect(told.filter((type) => type === 'told')).toHaveLength(ROUNDS);
    expect(await lost).toBe(0);
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(open);
  },
);
