// Checkpoints: what is saved is what is loaded, what is damaged is left alone, and a resumed run ends with the same bits.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { KNOB_DEFAULTS } from '../../src/knobs/knobs.js';
import { decodeCheckpoint } from '../../src/run/checkpoints/checkpoint-codec.js';
import {
  checkpointFiles,
  checkpointFolder,
  listCheckpoints,
  removeCheckpoint,
} from '../../src/run/checkpoints/checkpoint-files.js';
import type { Checkpoints } from '../../src/train/checkpoint.js';
import { loadTrainer } from '../../src/train/load-trainer.js';
import type { TrainedRun } from '../../src/train/trainer.js';
import { thrown } from '../thrown.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-checkpoints-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EPOCHS = 5;
const job = {
  runId: 'a1',
  seed: 3,
  config: { ...KNOB_DEFAULTS, hidden: [8], dropout: 0.2, epochs: EPOCHS, patience: 0, learning_rate: 0.01 },
  metric: { name: 'macro_f1', goal: 'maximize' },
} as const;

/** Trains the run; stops after so many epochs where that is asked for. */
async function train(
  name: string,
  checkpoints?: Checkpoints,
  stopAfter = EPOCHS,
  told: number[] = [],
): Promise<TrainedRun | undefined> {
  const [trainer, dataset] = await Promise.all([
    loadTrainer(name),
    loadDataset({ source: 'builtin:malware21', rows: 600 }, '.'),
  ]);
  let result: TrainedRun | undefined;
  await trainer.train({
    dataset,
    runs: [job],
    checkpoints,
    shouldStop: () => told.length >= stopAfter && stopAfter < EPOCHS,
    onEpoch: (_runId, { epoch }) => told.push(epoch),
    onResult: (one) => {
      result = one;
    },
    onFailed: (_runId, error) => {
      throw error;
    },
  });
  return result;
}

const files = (place: string, notes: string[] = []): Checkpoints =>
  checkpointFiles({ folder: place, everyMs: 0, onNote: (text) => notes.push(text) });

describe.each(['native/wasm', 'tfjs/cpu'])('a run of %s', (engine) => {
  it('that goes on from a checkpoint ends with the bits of an undisturbed one', async () => {
    const place = join(folder, engine);
    const undisturbed = await train(engine);
    expect(await train(engine, files(place), 2)).toBeUndefined();
    expect(readdirSync(place)).toEqual(['a1.safetensors']);
    const told: number[] = [];
    const resumed = await train(engine, files(place), EPOCHS, told);
    expect(told).toEqual([3, 4, 5]);
    expect(resumed).toEqual(undisturbed);
  });
});

it('the folder of checkpoints is beside the file that a URL names', () => {
  const urls = ['a.db', 'file:a.db', 'FILE:a.db'];
  expect(urls.map(checkpointFolder)).toEqual(urls.map(() => 'a.db-checkpoints'));
  expect(checkpointFolder('file:///tmp/a%20b.db')).toBe('/tmp/a b.db-checkpoints');
  expect(checkpointFolder('memory:own')).toBe('memory:own-checkpoints');
  expect(() => checkpointFolder('postgress://ada@db/x')).toThrow(/no kind of database/);
});

describe('a checkpoint file', () => {
  it('that is torn, flipped or foreign is said and left alone', async () => {
    const place = join(folder, 'torn');
    await train('native/wasm', files(place), 2);
    const path = join(place, 'a1.safetensors');
    const bytes = readFileSync(path);
    const whole = decodeCheckpoint('a1', bytes);
    expect(whole.arrays.state).toBeInstanceOf(Float32Array);
    expect(() => decodeCheckpoint('b2', bytes)).toThrow(/another run/);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] as number) ^ (1 << bit);
        expect(() => decodeCheckpoint('a1', bytes.subarray(0, at))).toThrow();
        // What is not hashed, such as shapes in the header, decides nothing.
        let read = whole;
        const error = thrown(() => {
          read = decodeCheckpoint('a1', flipped);
        });
        expect(error === undefined || error instanceof Error).toBe(true);
        expect(read).toEqual(whole);
      }),
    );
    writeFileSync(path, bytes.subarray(0, 1000));
    const notes: string[] = [];
    expect(files(place, notes).load('a1')).toBeUndefined();
    expect(notes[0]).toMatch(/a1\.safetensors is not used: .*; the run starts again/);
  });

  it('that cannot be removed stays, and is no reason to end a sweep', () => {
    const place = join(folder, 'stuck');
    mkdirSync(join(place, 'a1.safetensors'), { recursive: true });
    removeCheckpoint(place, 'a1');
    expect(listCheckpoints(place)).toHaveLength(1);
  });
});
