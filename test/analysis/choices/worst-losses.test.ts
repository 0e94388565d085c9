import { expect, test } from 'vitest';
import { expectedLosses, ownLosses } from '../../../src/analysis/choices/worst-losses.js';
import { readScoreFacts } from '../../../src/analysis/facts/sweep-facts.js';
import { equivalenceOf } from '../../../src/analysis/ranking/difference.js';
import { type Scored, scoreTrials } from '../../../src/analysis/ranking/score-trials.js';
import { againstBaseline } from '../../../src/analysis/ranking/standings.js';
import { Z_95 } from '../../../src/metrics/estimates/intervals.js';
import { openStore } from '../../../src/store/open-store.js';
import { type OutcomeOf, recordSweep, smallTable } from '../recorded-sweep.js';

const FEW_ROWS = { many: 200, some: 100, few: 40 };
const GAMMAS = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5];

/** A sweep of cross-entropy and ten values of γ with balanced weights. */
async function scored(outcomeOf: OutcomeOf, values = GAMMAS): Promise<Scored> {
  const path = `memory:losses-${losses++}`;
  const spec = `name: a\nparameters: {alpha: {values: [balanced]}, gamma: {values: [${values}]}}\nseeds: 4\ndata: {source: t.csv, label: y}\n`;
  await recordSweep(path, spec, await smallTable(FEW_ROWS), outcomeOf);
  const reader = await openStore(path).reader();
  try {
    return await scoreTrials(await readScoreFacts(reader, { sweep: 'a' }));
  } finally {
    await reader.close();
  }
}
let losses = 0;

/** What each configuration but the baseline may lose of macro-F1, by itself and by what similar ones lose. */
function lossesOf({ configurations, baseline, estimates, facts }: Scored) {
  if (baseline === null) throw new Error('there is no baseline');
  const { sweep, choosing } = facts;
  const at = baseline.rank - 1;
  const reference = {
    ...{ metric: sweep.metric, baseline: at, candidates: [at] },
    equivalent: equivalenceOf(choosing.equivalent, sweep),
  };
  const margins = againstBaseline(estimates, reference, estimates.trainedHere);
  const own = ownLosses(margins, Z_95)('macro_f1');
  const expected = expectedLosses({ configurations, baseline, estimates, margins })('macro_f1');
  return configurations.flatMap((configuration, place) =>
    configuration === baseline
      ? []
      : [
          {
            gamma: configuration.config.gamma,
            measured: -margins('macro_f1')(place).mean,
            own: own(place),
            expected: expected(place),
          },
        ],
  );
}

/** Recalls that differ by seed and configuration, around those of cross-entropy less `cost`. */
const unsteady =
  (cost: number): OutcomeOf =>
  ({ alpha, gamma }, seed) => {
    const wave = 0.12 * Math.sin(7 * gamma + 5 * seed);
    return { recalls: alpha === 1 ? [0.9, 0.9, 0.5] : [0.9 - cost, 0.85 - cost + wave / 2, 0.5 - wave] };
  };

test('of many that lose little, less is in doubt than of each alone', async () => {
  const found = lossesOf(await scored(unsteady(0)));
  expect(found).toHaveLength(GAMMAS.length);
  expect(found.filter(({ own, expected }) => expected < own).length).toBeGreaterThan(8);
  for (const { measured, expected } of found) expect(expected).toBeGreaterThanOrEqual(measured);
});

test('of many that lose much, one that looks as if it did not is in doubt', async () => {
  const lucky: OutcomeOf = (config, seed) => unsteady(config.gamma === 2 ? 0 : 0.06)(config, seed);
  const found = lossesOf(await scored(lucky)).find(({ gamma }) => gamma === 2);
  expect(found?.expected).toBeGreaterThan(found?.own as number);
});

test('of few, or where the search dropped some, each tells its own', async () => {
  const few = lossesOf(await scored(unsteady(0.05), GAMMAS.slice(0, 6)));
  const raced = lossesOf(
    await scored((config, seed) =>
      config.alpha !== 1 && config.gamma === 5 ? 'dropped' : unsteady(0.05)(config, seed),
    ),
  );
  expect([few.length, raced.length]).toEqual([6, 9]);
  for (const { own, expected } of [...few, ...raced]) expect(expected).toBe(own);
});
