// A race by what mistakes cost, from real threads and databases: it runs what `npm test` has built.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openStore, type ProgressEvent, parseSpec, prepareSweep, runSweep } from '../../dist/index.js';
import { Database } from '../../src/store/sqlite/file/driver.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-cost-race-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const specOf = (stop: string) =>
  parseSpec(`
name: race
metric: {name: expected_cost}
costs: {Sality: 20, Cobalt: 20, benign: 0.5}
parameters: {alpha: {values: [1, balanced]}, gamma: {values: [0, 1, 2]}, learning_rate: {values: [0.001, 0.01]}}
seeds: 2
stop: {type: ${stop}}
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [8]}
train: {epochs: 6, patience: 0, batch_size: 64}
`);
const HALVING = specOf('successive_halving, grace: 2, eta: 2');

type Decision = Extract<ProgressEvent, { readonly type: 'rung' }>['decision'];

/** Trains a sweep, and returns what its search decided. */
async function launch(name: string, spec = HALVING): Promise<readonly Decision[]> {
  const db = join(folder, `${name}.db`);
  const writer = await openStore(db).writer();
  try {
    const decided: Decision[] = [];
    const onProgress = (event: ProgressEvent) => {
      if (event.type === 'rung') decided.push(event.decision);
    };
    await runSweep({ ...(await prepareSweep(spec, { db })), writer, workers: 2, onProgress });
    return decided;
  } finally {
    await writer.close();
  }
}

/** What the first two epochs of each configuration cost at the least, by the first seed. */
function leastCosts(name: string): ReadonlyMap<unknown, number> {
  const database = new Database(join(folder, `${name}.db`), { readonly: true });
  const rows = database
    .prepare(
      `SELECT trial_id, min(expected_cost) FROM runs JOIN (SELECT run_id, epoch, expected_cost FROM epochs
       UNION ALL SELECT run_id, epoch, expected_cost FROM live_epochs) USING (run_id)
       WHERE seed = 1 AND epoch <= 2 GROUP BY trial_id HAVING count(expected_cost) = 2`,
    )
    .raw()
    .all() as [string, number][];
  database.close();
  return new Map(rows);
}

test('a rung is decided by the costs of its epochs, whatever was trained before', async () => {
  const decided = await launch('race');
  const [rung] = decided;
  if (rung === undefined) throw new Error('there is no rung');
  expect(rung.rung).toEqual({ seeds: 1, epochs: 2 });
  const costs = leastCosts('race');
  expect(costs.size).toBe(12);
  const { going, dropped } = rung;
  const inOrder = [...costs.entries()].toSorted(([, a], [, b]) => a - b).map(([trialId]) => trialId);
  // The best baseline goes on, whatever it costs.
  expect(going).toEqual(expect.arrayContaining(inOrder.slice(0, 6)));
  expect(going.length).toBeLessThanOrEqual(7);
  for (const { trialId, value } of dropped) expect(value).toBe(costs.get(trialId));
  // Every run has ended: what it cost by then is what counts.
  await launch('whole', specOf('none'));
  expect(await launch('whole')).toEqual(decided);
});
