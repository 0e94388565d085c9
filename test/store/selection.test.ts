// SQL's leaderboard, the logits that are kept and the ranking of reports choose by one rule.
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankedTrials, type TrialResult } from '../../src/analysis/ranking/trial-results.js';
import { isCrossEntropy } from '../../src/knobs/plain-loss.js';
import { METRIC_NAMES, METRICS, type Metric } from '../../src/metric.js';
import { betterFirst, LEADING, paretoFront } from '../../src/metrics/selection.js';
import { openStore } from '../../src/store/open-store.js';
import { Database } from '../../src/store/sqlite/file/driver.js';
import { cases } from '../property-cases.js';
import { complete, pruned, sampleResult, sampleSweep, sampleTrial, started } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const SEEDS = [1, 2, 3];
let databases = 0;

/** Few values, so that many are equal, and thirds, so that sums depend on their order. */
const value = fc.constantFrom(0.1, 0.2, 0.3, 1 / 3, 0.7, Number.NaN);
const seedScores = fc.record({ ranked: value, macro_f1: value, rare_recall: value });
const trialScores = fc.record({
  gamma: fc.constantFrom(0, 2),
  seeds: fc.array(seedScores, { minLength: SEEDS.length, maxLength: SEEDS.length }),
  isShuffled: fc.boolean(),
  isDropped: fc.boolean(),
});
const sweeps = fc.record({
  name: fc.constantFrom(...METRIC_NAMES),
  trials: fc.array(trialScores, { minLength: 1, maxLength: 6 }).map((trials) =>
    // Some trials are another one's twin, with the seeds in another order.
    trials.flatMap((trial) =>
      trial.isShuffled ? [trial, { ...trial, seeds: trial.seeds.toReversed() }] : [trial],
    ),
  ),
});

const EQUAL_COSTS = [
  [0, 1, 1],
  [1, 0, 1],
  [1, 1, 0],
];

/** Thirty rows of which this share is mistaken, so that the mean cost is the share; no row for NaN. */
function mistaken(share: number): Uint32Array {
  const wrong = Number.isNaN(share) ? 0 : Math.round(30 * share);
  return Uint32Array.of(Number.isNaN(share) ? 0 : 30 - wrong, wrong, 0, 0, 0, 0, 0, 0, 0);
}

type SweepScores = typeof sweeps extends fc.Arbitrary<infer Value> ? Value : never;

/** Records the sweep; gives its ranking, its ranks in SQL and the trials whose logits are left. */
async function recorded({ name, trials }: SweepScores) {
  const metric: Metric = { name, goal: METRICS[name].goal };
  const path = join(folder, `${databases++}.db`);
  const planned = trials.map(({ gamma }, at) =>
    sampleTrial(`${'abcdefghijkl'[at]}${at}`, { alpha: 1, gamma }),
  );
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep({ metric, trials: planned, seeds: SEEDS, costs: EQUAL_COSTS }));
  const dropped = planned.filter((_, at) => trials[at]?.isDropped).map(({ trialId }) => trialId);
  const events = trials.flatMap(({ seeds, isDropped }, at) =>
    // The last seed of what was dropped is not trained.
    seeds.slice(0, isDropped ? -1 : undefined).flatMap(({ ranked, ...scores }, seed) => {
      const runId = `${planned[at]?.trialId.slice(0, 2)}-${seed + 1}`;
      const result = sampleResult(runId, 0.5);
      const metrics = { ...result.validation.metrics, ...scores, [name]: ranked };
      const validationLogits = new Uint16Array(18);
      return [
        started(runId),
        complete({
          ...result,
          validation: { ...result.validation, metrics, confusion: mistaken(ranked) },
          validationLogits,
        }),
      ];
    }),
  );
  await writer.record(events);
  await writer.record([
    ...dropped.map((trialId) => pruned(`${trialId.slice(0, 2)}-${SEEDS.at(-1)}`, 'dropped')),
    {
      ...{ type: 'decision', sweep: 'sample', search: 'one', step: 0 },
      decision: { type: 'rung', best: 0, dropped: dropped.map((trialId) => ({ trialId, value: null })) },
    },
  ]);
  await writer.close();
  const reader = await openStore(path).reader();
  const ranking = rankedTrials(
    { trials: await reader.trials('sample'), runs: await reader.runs('sample') },
    metric,
  );
  await reader.close();
  const database = new Database(path, { readonly: true });
  const rows = (sql: string): unknown[] => database.prepare(sql).raw().all();
  const sqlRanks = new Map(rows('SELECT trial, rank FROM leaderboard') as [string, number][]);
  const kept = rows('SELECT DISTINCT trial_id FROM logits JOIN runs USING (run_id)').flat() as string[];
  database.close();
  return { metric, ranking, sqlRanks, kept, dropped };
}

test('a sweep’s ranks in SQL, its ranking in reports and the logits that are kept agree', async () => {
  await fc.assert(
    fc.asyncProperty(sweeps, async (scores) => {
      const { metric, ranking, sqlRanks, kept, dropped } = await recorded(scores);
      const rankOf = ({ means }: TrialResult, among: readonly TrialResult[]): number =>
        1 + among.filter((other) => betterFirst(metric, other.means, means) < 0).length;
      expect(ranking.map(({ trial }) => sqlRanks.get(trial.trialId))).toEqual(
        ranking.map((result) => rankOf(result, ranking)),
      );
      expect(dropped.map((trialId) => sqlRanks.get(trialId))).toEqual(dropped.map(() => null));
      const baselines = ranking.filter(({ trial }) => isCrossEntropy(trial.config));
      const others = ranking.filter((result) => !baselines.includes(result));
      const front = paretoFront(ranking.map(({ means }) => means));
      const wanted = ranking.filter(
        (result, at) =>
          front[at] ||
          rankOf(result, ranking) <= LEADING ||
          rankOf(result, baselines.includes(result) ? baselines : others) === 1,
      );
      // What was dropped may be trained some day.
      const ids = [...wanted.map(({ trial }) => trial.trialId), ...dropped];
      expect(kept.toSorted()).toEqual(ids.toSorted());
    }),
    { numRuns: cases(60) },
  );
});
