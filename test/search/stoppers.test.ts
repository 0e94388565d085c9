import { describe, expect, it } from 'vitest';
import type { Cohort, ScoredTrial } from '../../src/search/search.js';
import { upperLimits } from '../../src/search/stoppers/paired-limits.js';
import { stopperOf } from '../../src/search/stoppers/stopper-of.js';
import { defaultAims } from '../../src/spec/aims.js';
import type { StopSetting } from '../../src/spec/stop-setting.js';
import { metricsOf, type SmallSweep, stopperContract } from './stopper-contract.js';

const RACE = { type: 'halving_then_racing', grace: 3, eta: 2, maxSeeds: 5 } as const;
const SETTINGS: readonly StopSetting[] = [
  { type: 'none' },
  { type: 'median', grace: 2, every: 3 },
  { type: 'successive_halving', grace: 1, eta: 3 },
  { type: 'hyperband', rungs: [2, 6, 18], eta: 3 },
  RACE,
];

const SWEEP: SmallSweep = { maxEpochs: 30, seeds: 5, metric: { name: 'macro_f1', goal: 'maximize' } };

function create(setting: StopSetting, sweep: SmallSweep = SWEEP) {
  return stopperOf(setting, { ...sweep, aims: defaultAims(sweep.metric), equivalentOf: () => 0.01 });
}

for (const setting of SETTINGS)
  if (setting.type !== 'none') stopperContract(setting.type, (sweep) => create(setting, sweep));

/** A trial by its values of macro-F1 for seeds 1, 2 and so on, and its rare recall. */
function trial(
  trialId: string,
  values: readonly number[],
  { rare = 0, isBaseline = false } = {},
): ScoredTrial {
  const scores = values.map((macro_f1, at) => ({
    seed: at + 1,
    validation: metricsOf({ macro_f1, rare_recall: rare }),
  }));
  return { trialId, point: {}, isBaseline, scores };
}

/** So many trials of one seed, from bad to good. */
function ladder(count: number): Cohort {
  return Array.from({ length: count }, (_, at) => trial(`t${String(at).padStart(3, '0')}`, [at / count]));
}

it('without a stopper there are no rungs', () => {
  expect(create({ type: 'none' }).rungs).toEqual([]);
});

describe('successive halving', () => {
  it('keeps as many as HalvingGridSearchCV of scikit-learn', () => {
    // n_candidates_ of 100 candidates with factor=3: 100, 34, 12, 4.
    const stopper = create({ type: 'successive_halving', grace: 1, eta: 3 });
    expect(stopper.rungs).toEqual([1, 3, 9, 27].map((epochs) => ({ seeds: 1, epochs })));
    let going = ladder(100);
    const counts = stopper.rungs.slice(0, 3).map((rung) => {
      const ids = stopper.judge(going, rung);
      going = going.filter(({ trialId }) => ids.includes(trialId));
      return going.length;
    });
    expect(counts).toEqual([34, 12, 4]);
    expect(going.map(({ trialId }) => trialId)).toEqual(['t096', 't097', 't098', 't099']);
  });
});

describe('hyperband', () => {
  const falling = (trialId: string, curve: readonly number[]): ScoredTrial => ({
    trialId,
    point: {},
    scores: [
      {
        seed: 1,
        validation: metricsOf({ macro_f1: Math.max(...curve) }),
        epochs: curve.map((macro_f1) => metricsOf({ macro_f1 })),
      },
    ],
  });
  const cohort = [falling('early', [0.9, 0.1]), falling('late', [0.1, 0.8])];

  it('judges by the best epoch so far, and strictly by the last one', () => {
    const rungs = { type: 'hyperband', rungs: [2], eta: 2 } as const;
    expect(create(rungs).judge(cohort, { seeds: 1, epochs: 2 })).toEqual(['early']);
    expect(create({ ...rungs, strict: true }).judge(cohort, { seeds: 1, epochs: 2 })).toEqual(['late']);
  });
});

describe('the median rule', () => {
  it('drops what was never as good as half of the cohort was on average', () => {
    const curve = (trialId: string, values: readonly number[]): ScoredTrial => ({
      trialId,
      point: {},
      scores: [
        {
          seed: 1,
          validation: metricsOf({ macro_f1: Math.max(...values) }),
          epochs: values.map((macro_f1) => metricsOf({ macro_f1 })),
        },
      ],
    });
    // Running means 0.45, 0.35 and 0.1; the median is 0.35, which the second has reached once and the third never.
    const cohort = [curve('a', [0.3, 0.6]), curve('b', [0.3, 0.4]), curve('c', [0.1, 0.1])];
    const stopper = create({ type: 'median', grace: 2, every: 1 });
    expect(stopper.judge(cohort, { seeds: 1, epochs: 2 })).toEqual(['a', 'b']);
  });

  it('looks every few epochs from the first one on', () => {
    const { rungs } = create({ type: 'median', grace: 5, every: 10 });
    expect(rungs.map(({ epochs }) => epochs)).toEqual([5, 15, 25]);
  });
});

describe('halving, then racing', () => {
  const stopper = create(RACE);

  it('has rungs on one seed, then one for each seed but the last', () => {
    expect(stopper.rungs).toEqual([
      ...[3, 6, 12, 24].map((epochs) => ({ seeds: 1, epochs })),
      ...[1, 2, 3, 4].map((seeds) => ({ seeds })),
    ]);
  });

  it('ends with fewer seeds than the sweep has where it is told to', () => {
    const short = create({ ...RACE, maxSeeds: 2 });
    expect(short.rungs.at(-1)).toEqual({ seeds: 2 });
    expect(short.judge([trial('a', [0.5, 0.6]), trial('b', [0.6, 0.5])], { seeds: 2 })).toEqual([]);
  });

  it('halves a cohort until ten are left, and a large one faster', () => {
    const counts = (cohort: Cohort) =>
      stopper.rungs.slice(0, 5).map((rung) => {
        const ids = stopper.judge(cohort, rung);
        cohort = cohort.filter(({ trialId }) => ids.includes(trialId));
        return cohort.length;
      });
    expect(counts(ladder(60))).toEqual([30, 15, 10, 10, 10]);
    expect(counts(ladder(1000))).toEqual([160, 80, 40, 20, 10]);
    expect(counts(ladder(5))).toEqual([3, 3, 3, 3, 3]);
  });

  it('lets a configuration go on that leads in rare recall alone', () => {
    const cohort = [...ladder(40), trial('rare', [0], { rare: 0.9 })];
    expect(stopper.judge(cohort, { seeds: 1, epochs: 3 })).toContain('rare');
  });

  it('halves no baseline, and lets the best of them race among themselves', () => {
    const baselines = [0.01, 0.02, 0.03, 0.04].map((value) =>
      trial(`b${value}`, [value], { isBaseline: true }),
    );
    const cohort = [...ladder(60).slice(10), ...baselines];
    const baselinesAfter = (epochs?: number) =>
      stopper.judge(cohort, { seeds: 1, epochs }).filter((id) => id.startsWith('b'));
    expect(baselinesAfter(3)).toEqual(['b0.01', 'b0.02', 'b0.03', 'b0.04']);
    expect(baselinesAfter()).toEqual(['b0.02', 'b0.03', 'b0.04']);
    const late = [
      trial('best', [0.7, 0.74]),
      trial('near', [0.72, 0.68]),
      trial('base', [0.42, 0.4], { isBaseline: true }),
      trial('other', [0.41, 0.39], { isBaseline: true }),
      trial('weak', [0.1, 0.1], { isBaseline: true }),
    ];
    expect(stopper.judge(late, { seeds: 2 })).toEqual(['best', 'near', 'base', 'other']);
  });

  it('gives no further seed to what is clearly behind, and more to what is tied', () => {
    const cohort = [
      trial('best', [0.7, 0.74, 0.66]),
      trial('near', [0.72, 0.68, 0.69]),
      trial('behind', [0.5, 0.51, 0.5]),
      trial('base', [0.4, 0.41, 0.4], { isBaseline: true }),
    ];
    expect(stopper.judge(cohort, { seeds: 3 })).toEqual(['best', 'near', 'base']);
  });

  it('ends where nothing can surpass the best by more than what is equivalent', () => {
    const close = [
      trial('a', [0.7, 0.6, 0.65]),
      trial('b', [0.699, 0.599, 0.648]),
      trial('c', [0.3, 0.2, 0.25]),
    ];
    expect(stopper.judge(close, { seeds: 3 })).toEqual([]);
    // Two seeds hardly tell how much seeds matter.
    const two = close.map((own) => ({ ...own, scores: own.scores.slice(0, 2) }));
    expect(stopper.judge(two, { seeds: 2 })).not.toEqual([]);
  });

  it('takes differences for equal by what its metric is measured in', () => {
    const costs = (trialId: string, values: readonly number[]): ScoredTrial => ({
      trialId,
      point: {},
      scores: values.map((expected_cost, at) => ({ seed: at + 1, validation: metricsOf({ expected_cost }) })),
    });
    const close = [costs('a', [7, 6, 6.5]), costs('b', [7.01, 6.01, 6.52]), costs('c', [9, 9, 9.5])];
    const judged = (equivalent: number) =>
      stopperOf(RACE, {
        ...SWEEP,
        metric: { name: 'expected_cost', goal: 'minimize' },
        aims: [],
        equivalentOf: (name) => (name === 'expected_cost' ? equivalent : 0.01),
      }).judge(close, { seeds: 3 });
    expect(judged(1)).toEqual([]);
    expect(judged(0)).toEqual(['a', 'b']);
  });

  it('races for the rare classes only with what may keep the margin against the baseline', () => {
    const base = trial('base', [0.6, 0.62, 0.61], { isBaseline: true });
    const best = trial('best', [0.7, 0.71, 0.7], { rare: 0.3 });
    const near = trial('near', [0.69, 0.72, 0.7], { rare: 0.3 });
    const cheap = trial('cheap', [0.6, 0.6, 0.61], { rare: 0.5 });
    const dear = trial('dear', [0.4, 0.41, 0.4], { rare: 0.9 });
    const judged = stopper.judge([base, best, near, cheap, dear], { seeds: 3 });
    expect(judged).toContain('cheap');
    expect(judged).not.toContain('dear');
  });
});

describe('the limit of a paired difference', () => {
  it('is that of a paired t-test where there are two trials', () => {
    // R, ?sleep: t.test(extra ~ group, paired = TRUE) has a 95 % interval from -2.4598858 to -0.7001142.
    const first = trial('first', [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]);
    const second = trial('second', [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]);
    const limitOf = upperLimits([first, second], SWEEP.metric, second);
    expect(limitOf(first)).toBeCloseTo(-0.7001142, 2);
  });

  it('counts the luck that seeds bring to a space against the other spaces, and not within it', () => {
    const luck = [0.1, -0.1, 0.05, -0.05];
    const networks = [0.6, 0.61, 0.59, 0.605].map((level, at) => ({
      ...trial(
        `n${at}`,
        luck.map((own, seed) => level + own + 0.001 * ((at + seed) % 3)),
      ),
      space: 'networks',
    }));
    const trees = [0.63, 0.62, 0.61].map((level, at) => ({
      ...trial(
        `t${at}`,
        luck.map((_, seed) => level + 0.001 * ((at + seed) % 2)),
      ),
      space: 'trees',
    }));
    const limitOf = upperLimits([...networks, ...trees], SWEEP.metric, trees[0]);
    expect(limitOf(networks[1] as ScoredTrial)).toBeGreaterThan(0.05);
    expect(limitOf(trees[1] as ScoredTrial)).toBeLessThan(-0.005);
    const among = upperLimits([...networks, ...trees], SWEEP.metric, networks[1]);
    expect(among(networks[2] as ScoredTrial)).toBeLessThan(-0.01);
    // Trees are as calm as they are alone.
    const alone = upperLimits(trees, SWEEP.metric, trees[0]);
    expect(limitOf(trees[1] as ScoredTrial)).toBe(alone(trees[1] as ScoredTrial));
  });

  it('is unknown without a second seed, and without a common one', () => {
    const [one, other] = [trial('one', [0.5]), trial('other', [0.6])];
    expect(upperLimits([one, other], SWEEP.metric, other)(one)).toBe(Number.POSITIVE_INFINITY);
    const failed = trial('failed', []);
    expect(upperLimits([one, failed], SWEEP.metric, failed)(one)).toBeNaN();
  });
});
