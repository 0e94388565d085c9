import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { UserError } from '../../../src/errors.js';
import { datasetOf } from '../../../src/testing/small-dataset.js';
import { moduleTrainer } from '../../../src/train/module/module-trainer.js';
import { scoreRun } from '../../../src/train/score.js';
import type { TrainedRun, Training } from '../../../src/train/trainer.js';
import { rejection } from '../../thrown.js';

const labels = Array.from({ length: 20 }, (_, row) => row % 2);
const data = datasetOf({ features: labels.map((label, row) => [label, row]), labels, classes: 2 }, true);

interface Settings {
  readonly file?: string;
  readonly timeoutMs?: number | null;
  readonly training?: Partial<Training<never>>;
  readonly runs?: number;
}

interface Told {
  end?: string;
  readonly epochs: string[];
  readonly results: TrainedRun[];
  readonly failures: Error[];
  readonly folder: string;
}

/** Trains runs by a module of this text. */
async function train(
  text: string,
  { file = 'model.mjs', timeoutMs = null, training, runs = 1 }: Settings = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-module-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, file), text);
  const told: Told = { epochs: [], results: [], failures: [], folder };
  const trainer = moduleTrainer({ type: 'module', file: join(folder, file), timeoutMs, id: 'module@1' });
  told.end = await trainer.train({
    dataset: data,
    runs: Array.from({ length: runs }, (_, at) => ({
      runId: `run${at}`,
      seed: at + 1,
      config: { model: 'module', gamma: 2, hidden: [8] },
      metric: { name: 'macro_f1', goal: 'maximize' },
    })),
    shouldStop: () => false,
    place: { files: null, folderOf: (runId) => join(folder, runId), sweep: 'own', slot: 0 },
    onEpoch: (runId, { epoch, trainLoss }) => told.epochs.push(`${runId} ${epoch} ${trainLoss}`),
    onResult: (trained) => told.results.push(trained),
    onFailed: (_, error) => told.failures.push(error),
    ...training,
  });
  return told;
}

const RETURNS = 'return { validation: { predictions: [0, 1, 0, 1] }, test: { predictions: [1, 1, 1, 1] } };';
const body = (text: string) =>
  `export async function train({ config, seed, run, data, checkpoints, deadline, epoch, shouldStop }) { ${text} }`;

it('gives a module everything of a run, and makes its answer outputs', async () => {
  const seen = `
    import { writeFileSync } from 'node:fs';
    import { join } from 'node:path';
    ${body(`
      epoch({ epoch: 1, train_loss: 0.5 });
      epoch({ epoch: 2, train_loss: NaN });
      const { features, labels, split, ...rest } = data;
      const arrays = [features, labels, split.train, split.validation, split.test].map((one) => one.constructor.name + one.length);
      writeFileSync(join(checkpoints, 'seen.json'), JSON.stringify({ config, seed, run, deadline, arrays, rest }));
      const of = (rows) => Float32Array.from([...rows].flatMap((row) => [features[2 * row], 1 - features[2 * row]]));
      return { epoch: 1, validation: { logits: of(split.validation) }, test: { predictions: ['class0', 'class1', 'class0', 'class1'] } };`)}`;
  const { end, epochs, results, folder } = await train(seen);
  expect([end, epochs]).toEqual(['done', ['run0 1 0.5', 'run0 2 NaN']]);
  expect(results).toMatchObject([{ runId: 'run0', chosenEpoch: 1, stoppedBy: 'epochs' }]);
  expect(scoreRun(results[0] as TrainedRun, data).validation.metrics.accuracy).toBe(0);
  const { default: told } = await import(join(folder, 'run0', 'seen.json'), { with: { type: 'json' } });
  expect(told).toEqual({
    config: { gamma: 2, hidden: [8] },
    seed: 1,
    run: { id: 'run0', sweep: 'own' },
    deadline: null,
    arrays: ['Float32Array40', 'Int32Array20', 'Int32Array12', 'Int32Array4', 'Int32Array4'],
    rest: {
      rowCount: 20,
      featureCount: 2,
      featureNames: ['x0', 'x1'],
      classNames: ['class0', 'class1'],
      rareClasses: [1],
    },
  });
});

it('trains runs one after the other, also by CommonJS', async () => {
  const { end, results } = await train(`exports.train = () => { ${RETURNS} };`, {
    file: 'model.cjs',
    runs: 3,
  });
  expect([end, results.map(({ runId }) => runId)]).toEqual(['done', ['run0', 'run1', 'run2']]);
});

it('finds files of predictions beside the module', async () => {
  const text = `
    import { writeFileSync } from 'node:fs';
    ${body(`writeFileSync(new URL('p.csv', import.meta.url), '0\\n1\\n1\\n1\\n');
    return { validation: { predictions: 'p.csv' }, test: { predictions: 'p.csv' } };`)}`;
  const { results, failures } = await train(text);
  expect(failures).toEqual([]);
  expect(results[0]?.test.predictions).toEqual(Uint16Array.of(0, 1, 1, 1));
});

it('has no data for a module with its own, and takes the labels that it tells', async () => {
  const split = `{ labels: ['a', 'b'], predictions: [data === null ? 'b' : 'a', 'b'] }`;
  const { results } = await train(body(`return { validation: ${split}, test: ${split} };`), {
    training: { dataset: undefined },
  });
  expect(results).toMatchObject([
    { told: { classNames: ['a', 'b'] }, test: { predictions: Uint16Array.of(1, 1) } },
  ]);
});

it.each<[string, string, RegExp]>([
  ['returns nothing', 'await 1;', /^the module: `train` returned nothing$/],
  ['returns null', 'return null;', /^the module: `train` returned nothing$/],
  ['returns no object', 'return 3;', /^the result: it is 3, not an object/],
  ['returns an error', "return { error: 'no GPU' };", /^the module: `train` returned an `error`/],
  [
    'returns too few rows',
    'return { validation: { predictions: [0] }, test: { predictions: [0] } };',
    /^validation\.predictions: there is 1 row, and the split has 4/,
  ],
  ['tells a wrong epoch', `epoch({ epoch: 0 }); ${RETURNS}`, /^epoch\(\): `epoch` is 0/],
  [
    'tells a wrong epoch and hides it',
    `try { epoch(7); } catch {} ${RETURNS}`,
    /^epoch\(\): it got 7, not an object/,
  ],
])('lets a run fail for good whose module %s', async (_, text, said) => {
  const { end, results, failures } = await train(body(text), { runs: 2 });
  expect([end, results, failures.length]).toEqual(['done', [], 2]);
  expect(failures[1]).toBeInstanceOf(UserError);
  expect(failures[1]?.message).toMatch(said);
});

it('lets a run fail, but not for good, whose module throws', async () => {
  const text = `let calls = 0; ${body(`if (calls++ === 0) throw new RangeError('out of memory'); if (calls === 2) throw 'a text'; ${RETURNS}`)}`;
  const { failures, results } = await train(text, { runs: 3 });
  expect(failures.map(({ name, message }) => `${name}: ${message}`)).toEqual([
    'RangeError: out of memory',
    'Error: the module threw "a text"',
  ]);
  expect(failures[0]?.stack).toContain('model.mjs');
  expect(results.map(({ runId }) => runId)).toEqual(['run2']);
});

it('takes no epoch of a run that has ended', async () => {
  const text = `let last; ${body(`last?.({ epoch: 5 }); last = epoch; ${RETURNS}`)}`;
  const { failures, epochs } = await train(text, { runs: 2 });
  expect(epochs).toEqual([]);
  expect(failures.map(({ message }) => message)).toEqual([
    'this run has ended, and takes no epochs any more',
  ]);
});

it.each([
  ['export const trian = () => {};', /model\.mjs exports no function `train`\. Did you mean "train"\?$/],
  ['export default 3;', /model\.mjs exports no function `train`/],
  ['export const train = 3;', /model\.mjs exports `train`, which is no function$/],
])('refuses a module without a function `train`: %s', async (text, said) => {
  const error = await rejection(() => train(text));
  expect(error).toBeInstanceOf(UserError);
  expect((error as Error).message).toMatch(said);
});

it('passes on why a module cannot be loaded', async () => {
  expect(String(await rejection(() => train('throw new Error("no GPU");')))).toContain('no GPU');
});

/** A stop flag that is set once an epoch was told. */
function stopAfterEpoch() {
  let isStopped = false;
  return {
    shouldStop: () => isStopped,
    onEpoch: () => {
      isStopped = true;
    },
  };
}

const UNTIL_STOP =
  'epoch({ epoch: 1 }); while (!shouldStop()) await new Promise((done) => setTimeout(done, 1));';
it('interrupts a run whose module ends without a result after a stop', async () => {
  const { end, results, failures } = await train(body(UNTIL_STOP), { training: stopAfterEpoch(), runs: 2 });
  expect([end, results, failures]).toEqual(['stopped', [], []]);
});

it('interrupts a run whose module gives up by an error after a stop', async () => {
  const text = body(`${UNTIL_STOP} throw new Error('given up');`);
  const { end, results, failures } = await train(text, { training: stopAfterEpoch() });
  expect([end, results, failures]).toEqual(['stopped', [], []]);
});

it('keeps the result of a run that ends with one after a stop, and begins no other', async () => {
  const { end, results } = await train(body(UNTIL_STOP + RETURNS), { training: stopAfterEpoch(), runs: 2 });
  expect([end, results.map(({ runId }) => runId)]).toEqual(['stopped', ['run0']]);
});

it.each([
  ['with a result', RETURNS],
  ['without one', ''],
  ['with an error', 'throw new Error("late");'],
])('lets a run fail, but not for good, that ends after its time %s', async (_, end) => {
  const text = body(
    `while (Date.now() / 1000 < deadline || !shouldStop()) await new Promise((done) => setTimeout(done, 1)); ${end}`,
  );
  const { failures, results } = await train(text, { timeoutMs: 30 });
  expect(results).toEqual([]);
  expect(failures).toEqual([new Error('timed out: a run may take 1 s')]);
  expect(failures[0]).not.toBeInstanceOf(UserError);
});

it('lets a run fail that never ends, and trains the next one', async () => {
  const text = `let calls = 0; ${body(`if (calls++ === 0) await new Promise(() => {}); ${RETURNS}`)}`;
  const { failures, results } = await train(text, { timeoutMs: 30, runs: 2 });
  expect(failures).toEqual([new Error('timed out: a run may take 1 s')]);
  expect(results.map(({ runId }) => runId)).toEqual(['run1']);
});

it('looks at the stop flag for a module that only waits', async () => {
  let looks = 0;
  const shouldStop = () => ++looks < 0;
  await train(body(`await new Promise((done) => setTimeout(done, 350)); ${RETURNS}`), {
    training: { shouldStop },
  });
  expect(looks).toBeGreaterThan(1);
});

it('makes the folder of checkpoints', async () => {
  const { folder } = await train(body(RETURNS));
  expect(existsSync(join(folder, 'run0'))).toBe(true);
});

const HANDS_OVER = RETURNS.replace('return {', "return { model: 'm.bin',");

it('hands over the file that a module names, from its folder of checkpoints', async () => {
  const writes = `(await import('node:fs')).writeFileSync(checkpoints + '/m.bin', 'weights ' + seed);`;
  const runs = [0, 1].map((at) => ({
    ...{ runId: `run${at}`, seed: at + 1, config: { model: 'module' }, keepsModel: at === 0 },
    metric: { name: 'macro_f1', goal: 'maximize' } as const,
  }));
  const { results } = await train(body(writes + HANDS_OVER), { training: { runs: runs as never } });
  expect(results.map(({ handedFile }) => handedFile)).toEqual([
    { name: 'm.bin', bytes: Buffer.from('weights 1') },
    undefined,
  ]);
});

it('a file that is not there fails the run, kept or not', async () => {
  const { failures, results } = await train(body(HANDS_OVER));
  expect(results).toEqual([]);
  expect(failures).toEqual([expect.any(UserError)]);
  expect(failures[0]?.message).toBe('model, "m.bin": there is no such file');
});

it.each(['return 3;', 'return { test: {} };', "return { error: 'no GPU' };"])(
  '%s is told nothing of a report',
  async (text) => {
    const { failures } = await train(body(text));
    expect(failures).toEqual([expect.any(UserError)]);
    expect((failures[0] as UserError).fix).toMatch(/^(A result is|Throw it)/);
  },
);
