// Real threads need compiled code: these tests run what `npm test` has built.
import { expect, it } from 'vitest';
import { rowBootstrap } from '../../dist/metrics/noise/row-bootstrap.js';
import { randomStream } from '../../dist/random.js';
import { onCores } from '../../dist/run/threads/bootstrap-on-cores.js';
import { bootstrapOn } from '../../dist/run/threads/bootstrap-threads.js';
import { endThreads, startThreads } from '../../dist/run/threads/worker-pool.js';

const CLASSES = 5;
const stream = randomStream(1, 'synthetic');
const labels = Uint16Array.from({ length: 300 }, () => stream.integer(CLASSES));
const predictions = (): Uint16Array =>
  labels.map((label) => (stream.uniform() < 0.7 ? label : stream.integer(CLASSES)));
const trials = [3, 1, 0, 5, 2, 2, 1].map((seeds) => Array.from({ length: seeds }, predictions));
const rows = { labels, rareClasses: [1, 4], classCount: CLASSES, trials };
const metrics = ['macro_f1', 'rare_recall', 'mcc'] as const;
const options = { draws: 203, seed: 0 };

it('draws on threads the bits that it draws here, whatever their number, and keeps the threads', async () => {
  const here = rowBootstrap(rows, metrics, options);
  for (const count of [1, 2, 4]) {
    const threads = startThreads(count);
    const bootstrap = bootstrapOn(threads);
    const before = new Set(threads.pool.threads);
    const draw = () => bootstrap(rows, metrics, options);
    expect(await Promise.all([draw(), draw()])).toEqual([here, here]);
    expect(await draw()).toEqual(here);
    expect(new Set(threads.pool.threads)).toEqual(before);
    await endThreads(threads);
  }
});

it.each([1, 2000])('draws the same on threads of its own, few draws or many: %d', async (copies) => {
  const many = { ...rows, trials: Array.from({ length: copies }, () => trials[1] ?? []) };
  const drawing = { ...options, draws: 501 };
  const drawn = await onCores(async (draw) => [
    await draw(many, metrics, drawing),
    // Few draws after many are drawn on the threads that run already.
    await draw(rows, metrics, options),
  ]);
  expect(drawn).toEqual([rowBootstrap(many, metrics, drawing), rowBootstrap(rows, metrics, options)]);
});
