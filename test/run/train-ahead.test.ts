// Threads that would wait at a rung train what the next one will probably ask for; nothing that is recorded may depend on it.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type ProgressEvent, parseSpec, prepareSweep, runSweep } from '../../dist/index.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-ahead-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Half of the runs take a hundred times as long as the others, which therefore reach every rung first.
const SPEC = parseSpec(`
name: ahead
parameters: {gamma: {values: [0, 1, 2, 3]}, batch_size: {values: [2, 512]}}
seeds: 3
stop: {type: halving_then_racing, grace: 2}
data: {source: "builtin:malware21", rows: 1500}
model: {hidden: [16]}
train: {epochs: 9, patience: 0, learning_rate: 0.003}
`);
const WORKERS = 6;

interface Told {
  /** Runs that began before the search had asked for them. */
  readonly ahead: number;
  readonly interrupted: number;
}

async function launch(name: string, workers: number, stopAfter = Number.POSITIVE_INFINITY): Promise<Told> {
  const db = join(folder, name);
  const writer = await openStore(db).writer();
  const stop = new AbortController();
  const begun = new Set<string>();
  let ahead = 0;
  try {
    const prepared = await prepareSweep(SPEC, { db });
    const { interrupted } = await runSweep({
      ...prepared,
      writer,
      workers,
      lanes: 1,
      signal: stop.signal,
      savesFirst: () => stopAfter % 2 === 0,
      checkpoints: { folder: `${db}-checkpoints`, everyMs: 0 },
      onTraining: (change, [runId = '']) => {
        if (change === 'end') return;
        // Between two rungs a run begins once, unless it goes on ahead.
        if (begun.has(runId)) ahead++;
        begun.add(runId);
        if (ahead === stopAfter) stop.abort();
      },
      onProgress: (event: ProgressEvent) => {
        if (event.type === 'rung') begun.clear();
      },
    });
    return { ahead, interrupted };
  } finally {
    await writer.close();
  }
}

/** All that is recorded of results and of epochs, those of dropped runs among them, and the checkpoints that are left. */
async function recorded(name: string) {
  const reader = await openStore(join(folder, name)).reader();
  try {
    const { rows } = await reader.query({
      sweep: 'ahead',
      columns: ['gamma', 'batch_size', 'seed', 'state'],
    });
    const runs = await reader.runs('ahead');
    const epochs = await Promise.all(runs.map(({ runId }) => reader.epochs(runId)));
    const checkpoints = readdirSync(join(folder, `${name}-checkpoints`)).sort();
    return { rows, print: await reader.fingerprint('ahead'), epochs, checkpoints };
  } finally {
    await reader.close();
  }
}

describe('a race on more threads than a rung has work for', () => {
  let alone: Awaited<ReturnType<typeof recorded>>;
  beforeAll(async () => {
    expect(await launch('alone.db', 1)).toEqual({ ahead: 0, interrupted: 0 });
    alone = await recorded('alone.db');
  });

  it('trains ahead, and records the same as one thread does', async () => {
    expect((await launch('many.db', WORKERS)).ahead).toBeGreaterThan(0);
    expect(await recorded('many.db')).toEqual(alone);
  });

  it('does so, too, when it is stopped while runs train ahead, and launched again', async () => {
    for (const stopAfter of [1, 2, 3, 4]) await launch('stopped.db', WORKERS, stopAfter);
    await launch('stopped.db', WORKERS);
    expect(await recorded('stopped.db')).toEqual(alone);
  });
});
