// Programs of a sweep that several machines train for: each machine has a folder of its own. It runs what `npm test` has built.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openStore, prepareSweep, readSpec, runSweep, serveSweep } from '../../dist/index.js';
import { type SweepFolder, sweepFolder } from './sweep-folder.js';

const SPEC = `name: raced
data: {source: d.csv, label: y}
seeds: 1
parameters: {skill: {values: [1, 2, 3, 4]}}
stop: {type: successive_halving, grace: 2}
`;
/** 4 runs pause after epoch 2, 2 after epoch 4 of 8, and one ends. */
const TRAINED = 4 * 2 + 2 * 2 + 4;

function learners(train: string): SweepFolder {
  const folder = sweepFolder('learner.mjs', 'learner-module.mjs', 'learning.mjs');
  folder.write('raced.yaml', `${SPEC}train: {${train}, epochs: 8, workers: 1}\n`);
  return folder;
}

interface Queue {
  readonly folder: SweepFolder;
  readonly url: string;
}

async function prepared({ folder, url }: Queue) {
  return prepareSweep(readSpec(join(folder.path, 'raced.yaml')), { db: url });
}

/** A launch that lets machines train; `judged` is aborted when it has judged the first rung. */
async function launch(
  queue: Queue,
): Promise<{ readonly ended: Promise<void>; readonly judged: AbortSignal }> {
  const judged = new AbortController();
  const writer = await openStore(queue.url).writer();
  const options = { ...(await prepared(queue)), writer, workers: 1, queue: { files: [] as const } };
  const ended = runSweep({
    ...options,
    onProgress: ({ type }) => {
      if (type === 'rung') judged.abort();
    },
  }).then(() => writer.close());
  const reader = await openStore(queue.url).reader();
  while ((await reader.sweeps()).length === 0) await delay(5);
  await reader.close();
  return { ended, judged: judged.signal };
}

/** A machine that trains until it is told to leave, or all has ended. */
async function machine(queue: Queue, name: string, signal?: AbortSignal): Promise<void> {
  const { folder, url } = queue;
  const writer = await openStore(url).writer();
  try {
    await writer.join('raced');
    await serveSweep({
      ...(await prepared(queue)),
      writer,
      workers: 1,
      lanes: 1,
      checkpoints: { folder: join(folder.path, name), everyMs: 60_000 },
      dataFolder: join(folder.path, `${name}-data`),
      ...(signal && { signal }),
    });
  } finally {
    await writer.close();
  }
}

describe.skipIf(process.platform !== 'linux')('programs of a queue (Linux only)', () => {
  it.each([
    ['program', 'command: [node, learner.mjs, saves], code: [learner.mjs, learning.mjs]'],
    ['module', 'module: ./learner-module.mjs'],
  ])('a %s that has paused on one machine goes on from its files on another', async (kind, train) => {
    const folder = learners(train);
    const queue = { folder, url: `memory:${kind}` };
    process.chdir(folder.path);
    const { ended, judged } = await launch(queue);
    await machine(queue, 'a', judged);
    expect(readdirSync(join(folder.path, 'a'))).toHaveLength(4);
    await machine(queue, 'b');
    await ended;
    expect(folder.lines('epochs.txt').join('')).toHaveLength(TRAINED);
    // The two that went on, of which one has ended.
    expect(readdirSync(join(folder.path, 'b'))).toHaveLength(1);
  });
});
