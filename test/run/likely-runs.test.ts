import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { METRIC_NAMES, type MetricValues } from '../../src/metric.js';
import { planSweep, type SweepPlan } from '../../src/plan/plan.js';
import { likelyRuns } from '../../src/run/likely-runs.js';
import { type KnownScores, runsBehind, runsOf, scoredCohort } from '../../src/run/scored-cohort.js';
import { decideRung } from '../../src/search/decide-rung.js';
import type { Rung, Stopper } from '../../src/search/stopper.js';
import { bestFirst, meanOf } from '../../src/search/stoppers/leading.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import type { EpochRecord, Run } from '../../src/sweep.js';

const LAST_EPOCH = 9;
const SPEC = `name: a
data: {source: "builtin:malware21", rows: 2000}
parameters: {gamma: {values: [0, 1, 2, 3, 4, 5]}}
seeds: 4
train: {epochs: ${LAST_EPOCH}}
`;
const METRIC = { name: 'macro_f1', goal: 'maximize' } as const;
const RUNGS: readonly Rung[] = [
  { seeds: 1, epochs: 2 },
  { seeds: 1, epochs: 5 },
  { seeds: 1 },
  { seeds: 2 },
  { seeds: 3 },
];
const halving: Stopper = {
  rungs: RUNGS,
  judge: (cohort) =>
    bestFirst(cohort, meanOf(METRIC))
      .slice(0, Math.ceil(cohort.length / 2))
      .map(({ trialId }) => trialId),
};
let plan: SweepPlan;

beforeAll(async () => {
  const spec = parseSpec(SPEC);
  plan = planSweep(spec, await loadDataset(spec.data, '.'), 'native/addon@1');
});

function outcome({ runId }: Run, epoch: number): MetricValues {
  const value = Number.parseInt(runId.slice(epoch % 8, (epoch % 8) + 6), 16) / 2 ** 24;
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, value])) as MetricValues;
}

/** What is known where each run has trained so many epochs. */
function knownOf(epochsOf: (run: Run) => number): KnownScores {
  const epochs = new Map<string, readonly EpochRecord[]>();
  const results = new Map<string, MetricValues>();
  for (const run of plan.runs) {
    const trained = Array.from({ length: epochsOf(run) }, (_, at) => ({
      epoch: at + 1,
      trainLoss: 0,
      trainAccuracy: 0,
      validationLoss: 0,
      validation: outcome(run, at + 1),
    }));
    epochs.set(run.runId, trained);
    if (trained.length === LAST_EPOCH) results.set(run.runId, outcome(run, LAST_EPOCH));
  }
  return { epochs, results };
}

const isFirst = ({ seed }: Run, { seeds }: Rung): boolean => plan.spec.seeds.indexOf(seed) < seeds;

test('where all have reached a rung, the likeliest runs are those that the next one asks for', () => {
  for (const [at, rung] of RUNGS.entries()) {
    const next = RUNGS[at + 1] ?? { seeds: plan.spec.seeds.length };
    const known = knownOf((run) => (isFirst(run, rung) ? (rung.epochs ?? LAST_EPOCH) : 0));
    const cohort = scoredCohort(plan, plan.trials, known, rung);
    const ids = new Set(decideRung(halving, cohort, rung, METRIC).going);
    const going = plan.trials.filter(({ trialId }) => ids.has(trialId));
    const asked = runsBehind(runsOf(plan, going, next.seeds), known, next.epochs);
    const likely = likelyRuns({ plan, stopper: halving, at, going: plan.trials }, known);
    expect(asked.length).toBeGreaterThan(0);
    expect(new Set(likely.slice(0, asked.length).map(({ run }) => run))).toEqual(new Set(asked));
    expect(likely.slice(0, asked.length).every(({ pauseAfter }) => pauseAfter === next.epochs)).toBe(true);
  }
});

test('no likely run has ended, is asked for by the rung itself, or goes further than the next rung of its seed', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: RUNGS.length - 1 }),
      fc.array(fc.nat({ max: LAST_EPOCH }), { minLength: 24, maxLength: 24 }),
      (at, lengths) => {
        const rung = RUNGS[at] as Rung;
        const known = knownOf((run) => lengths[plan.runs.indexOf(run)] ?? 0);
        const asked = new Set(runsBehind(runsOf(plan, plan.trials, rung.seeds), known, rung.epochs));
        const likely = likelyRuns({ plan, stopper: halving, at, going: plan.trials }, known);
        expect(new Set(likely.map(({ run }) => run)).size).toBe(likely.length);
        for (const { run, pauseAfter } of likely) {
          expect(known.results.has(run.runId)).toBe(false);
          expect(asked.has(run)).toBe(false);
          const next = RUNGS[at + 1];
          expect(isFirst(run, rung) ? pauseAfter : next?.epochs).toBe(next?.epochs);
          expect(known.epochs.get(run.runId)?.length).toBeLessThan(pauseAfter ?? LAST_EPOCH);
        }
      },
    ),
  );
});

test('before anybody has reached an epoch, nobody is likely to go on from it', () => {
  const climb = { plan, stopper: halving, at: 0, going: plan.trials };
  expect(
    likelyRuns(
      climb,
      knownOf(() => 1),
    ),
  ).toEqual([]);
});

test('whoever has not ended its runs may get another seed', () => {
  const known = knownOf((run) => (isFirst(run, { seeds: 1 }) ? LAST_EPOCH : 0));
  const likely = likelyRuns({ plan, stopper: halving, at: 3, going: plan.trials }, known);
  const seeds = likely.slice(0, plan.trials.length).map(({ run }) => run.seed);
  expect(new Set(seeds)).toEqual(new Set([plan.spec.seeds[2]]));
});
