import { expect, it } from 'vitest';
import type { Cohort } from '../../src/search/search.js';
import type { Stopper } from '../../src/search/stopper.js';
import { noStopper } from '../../src/search/stoppers/none.js';
import { usualTraining } from '../../src/search/usual-training.js';

const metric = { name: 'macro_f1', goal: 'maximize' } as const;
const sweepOf = (count: number, metricOf: Parameters<typeof usualTraining>[1]['metric'] = metric) => ({
  trials: Array.from({ length: count }, (_, at) => ({ trialId: `t${at}`, isBaseline: at === 0, epochs: 30 })),
  seeds: [4, 5, 6],
  metric: metricOf,
});
const meanOf = (name: 'macro_f1' | 'log_loss') => (trial: Cohort[number]) =>
  trial.scores.reduce((sum, { validation }) => sum + validation[name], 0);
const half = (rungs: Stopper['rungs'], shown: Cohort[] = []): Stopper => ({
  rungs,
  judge: (cohort) => {
    shown.push(cohort);
    const others = cohort.filter(({ isBaseline }) => isBaseline !== true);
    const best = others.toSorted((a, b) => meanOf('macro_f1')(b) - meanOf('macro_f1')(a));
    return best.slice(0, others.length / 2).map(({ trialId }) => trialId);
  },
});

it('is everything where nothing is dropped', () => {
  expect(usualTraining(noStopper, sweepOf(5))).toEqual({ runs: 5 * 3, epochs: 5 * 3 * 30 });
});

it('is what a fixed share of the configurations trains', () => {
  const rungs = [{ seeds: 1, epochs: 5 }, { seeds: 1, epochs: 10 }, { seeds: 2 }];
  // 16 and the baseline; 8; 4, both seeds; 2, the third seed.
  const expected = { runs: 17 + 5 + 3, epochs: 17 * 5 + 9 * 5 + 5 * 20 + 5 * 30 + 3 * 30 };
  expect(usualTraining(half(rungs), sweepOf(17))).toEqual(expected);
});

it('shows the stopper what a sweep would: epochs up to the rung, each metric in its own direction', () => {
  const shown: Cohort[] = [];
  const rungs = [
    { seeds: 1, epochs: 3 },
    { seeds: 2, epochs: 2 },
  ];
  usualTraining(half(rungs, shown), sweepOf(5, { name: 'log_loss', goal: 'minimize' }));
  expect(shown.map((cohort) => cohort.length)).toEqual([5, 3]);
  expect(shown[0]?.every(({ scores }) => scores.length === 1 && scores[0]?.epochs?.length === 3)).toBe(true);
  expect(shown[1]?.every(({ scores }) => scores.every(({ epochs }) => epochs?.length === 2))).toBe(true);
  const [first] = shown[0] ?? [];
  expect(first && meanOf('log_loss')(first)).toBe(-(first ? meanOf('macro_f1')(first) : 0));
});
