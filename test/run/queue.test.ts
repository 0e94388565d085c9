// Machines that train for one sweep, each with threads, files and checkpoints of its own: it runs what `npm test` has built.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  openStore,
  type ProgressEvent,
  parseSpec,
  prepareSweep,
  runSweep,
  type SweepReader,
  serveSweep,
} from '../../dist/index.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-queue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SPEC = parseSpec(`
name: queued
parameters: {gamma: {values: [0, 1, 2, 3]}, learning_rate: {values: [0.001, 0.01]}}
seeds: 2
stop: {type: successive_halving, grace: 4, eta: 2}
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [8]}
train: {epochs: 16, patience: 0, batch_size: 64}
`);

/** A launch of the sweep that trains by itself, or lets machines train. */
async function launch(url: string, queue?: { readonly files: readonly [] }): Promise<void> {
  const store = openStore(url);
  const writer = await store.writer();
  try {
    await runSweep({ ...(await prepareSweep(SPEC, { db: url })), writer, workers: 1, queue });
  } finally {
    await writer.close();
  }
}

async function reading<T>(url: string, read: (reader: SweepReader) => Promise<T>): Promise<T> {
  const reader = await openStore(url).reader();
  return read(reader).finally(() => reader.close());
}

/** A machine that joins the sweep as long as something is offered; gives what it told. */
async function machine(url: string, name: string, signal?: AbortSignal): Promise<ProgressEvent[]> {
  const events: ProgressEvent[] = [];
  const writer = await openStore(url).writer();
  try {
    await writer.join('queued');
    await serveSweep({
      ...(await prepareSweep(SPEC, { db: url })),
      writer,
      workers: 1,
      lanes: 2,
      checkpoints: { folder: join(folder, name), everyMs: 60_000 },
      onProgress: (event) => events.push(event),
      ...(signal && { signal }),
    });
  } finally {
    await writer.close();
  }
  return events;
}

it('two machines decide and train what one does, and each goes on where the other has paused', async () => {
  await launch('memory:alone');
  const launched = launch('memory:queued', { files: [] });
  const isLaunched = async (): Promise<boolean> =>
    (await openStore('memory:queued').exists()) &&
    (await reading('memory:queued', async (reader) => (await reader.sweeps()).length > 0));
  while (!(await isLaunched())) await new Promise(setImmediate);
  const told = await Promise.all([machine('memory:queued', 'a'), machine('memory:queued', 'b')]);
  await launched;
  const fingerprint = (reader: SweepReader) => reader.fingerprint('queued');
  expect(await reading('memory:queued', fingerprint)).toBe(await reading('memory:alone', fingerprint));
  // No epoch is trained twice, although runs pause on one machine and go on on the other.
  const epochs = told.flat().flatMap((event) => (event.type === 'epoch' ? [event] : []));
  const names = epochs.map(({ run, epoch }) => `${run.runId} ${epoch.epoch}`);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  const machines = (of: (typeof epochs)[number]['run']) =>
    told.filter((events) => events.some((event) => event.type === 'epoch' && event.run.runId === of.runId));
  expect(Math.max(...epochs.map(({ run }) => machines(run).length))).toBe(2);
  // What is over leaves nothing behind.
  const finished = await reading('memory:queued', (reader) => reader.runs('queued'));
  const left = ['a', 'b'].flatMap((name) => readdirSync(join(folder, name)));
  for (const { runId } of finished) expect(left).not.toContain(`${runId}.safetensors`);
});

it('a launch that can give no sign of life any more ends with the reason', async () => {
  const writer = await openStore('memory:locked').writer();
  const beat = async () => {
    throw new Error('locked');
  };
  const launched = runSweep({
    ...(await prepareSweep(SPEC, { db: 'memory:locked' })),
    writer: { ...writer, beat },
    workers: 1,
    queue: { files: [] },
  });
  await expect(launched).rejects.toThrow('locked');
  await writer.close();
});
