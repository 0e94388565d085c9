import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES, type Metric, type MetricValues } from '../../src/metric.js';
import type { Cohort, ScoredTrial, SeedScore } from '../../src/search/search.js';
import type { Rung, Stopper } from '../../src/search/stopper.js';
import { cases } from '../property-cases.js';

/** The sweep that a stopper is for. */
export interface SmallSweep {
  readonly maxEpochs: number;
  readonly seeds: number;
  readonly metric: Metric;
}

/** All metrics unknown but these. */
export function metricsOf(known: Partial<MetricValues>): MetricValues {
  return {
    ...(Object.fromEntries(METRIC_NAMES.map((name) => [name, Number.NaN])) as MetricValues),
    ...known,
  };
}

const UP: Metric = { name: 'macro_f1', goal: 'maximize' };
const DOWN: Metric = { name: 'log_loss', goal: 'minimize' };

/** A few values, so that many are equal; `log_loss` says the same as `macro_f1`, the other way round. */
const metrics = fc
  .record({ value: fc.integer({ min: 0, max: 8 }), rare: fc.integer({ min: 0, max: 4 }) })
  .map(({ value, rare }) =>
    metricsOf({ macro_f1: value / 8, log_loss: 1 - value / 8, rare_recall: rare / 4 }),
  );
const unknown = fc.constant(metricsOf({}));
const run = fc.record({
  epochs: fc.array(metrics, { minLength: 1, maxLength: 40 }),
  validation: fc.oneof({ weight: 9, arbitrary: metrics }, { weight: 1, arbitrary: unknown }),
  isFailed: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
});
const sweeps = fc
  .record({ maxEpochs: fc.integer({ min: 8, max: 40 }), seeds: fc.integer({ min: 1, max: 5 }) })
  .chain((sweep) =>
    fc.record({
      sweep: fc.constant(sweep),
      trials: fc.array(
        fc.record({
          runs: fc.array(run, { minLength: sweep.seeds, maxLength: sweep.seeds }),
          isBaseline: fc.boolean(),
        }),
        { minLength: 1, maxLength: 30 },
      ),
    }),
  );
type Runs = readonly {
  readonly epochs: readonly MetricValues[];
  readonly validation: MetricValues;
  readonly isFailed: boolean;
}[];

function scoresAt(runs: Runs, { seeds, epochs: most }: Rung): readonly SeedScore[] {
  return runs.slice(0, seeds).flatMap(({ epochs, validation, isFailed }, at) => {
    const seen = epochs.slice(0, most);
    return isFailed
      ? []
      : [
          {
            seed: at + 1,
            epochs: seen,
            validation: seen.length < epochs.length ? (seen.at(-1) as MetricValues) : validation,
          },
        ];
  });
}

/** Follows a stopper to its end; every cohort that it judges goes to `see` with what it says. */
function climb(
  stopper: Stopper,
  trials: readonly { readonly runs: Runs; readonly isBaseline: boolean }[],
  see: (cohort: Cohort, rung: Rung, judged: readonly string[]) => void,
): void {
  let going = trials.map((trial, at) => ({ ...trial, trialId: `t${String(at).padStart(2, '0')}` }));
  for (const rung of stopper.rungs) {
    const cohort = going.map(
      ({ trialId, isBaseline, runs }): ScoredTrial => ({
        trialId,
        point: {},
        isBaseline,
        scores: scoresAt(runs, rung),
      }),
    );
    const judged = stopper.judge(cohort, rung);
    see(cohort, rung, judged);
    going = going.filter(({ trialId }) => judged.includes(trialId));
    if (going.length === 0) return;
  }
}

/** What every stopper must hold. */
export function stopperContract(name: string, create: (sweep: SmallSweep) => Stopper): void {
  const everyCohort = (
    check: (given: {
      stopper: Stopper;
      sweep: SmallSweep;
      cohort: Cohort;
      rung: Rung;
      judged: readonly string[];
    }) => void,
    metric = UP,
  ): void =>
    fc.assert(
      fc.property(sweeps, ({ sweep: size, trials }) => {
        const sweep = { ...size, metric };
        const stopper = create(sweep);
        climb(stopper, trials, (cohort, rung, judged) => check({ stopper, sweep, cohort, rung, judged }));
      }),
      { numRuns: cases(60) },
    );

  describe(`the stopper ${name}`, () => {
    test('has rungs in the order in which they are reached, before the end of the sweep', () => {
      fc.assert(
        fc.property(sweeps, ({ sweep }) => {
          const { rungs } = create({ ...sweep, metric: UP });
          for (const [at, { seeds, epochs = Number.POSITIVE_INFINITY }] of rungs.entries()) {
            const before = rungs[at - 1] ?? { seeds: 0, epochs: 0 };
            expect(seeds).toBeGreaterThanOrEqual(before.seeds);
            expect(seeds > before.seeds || epochs > (before.epochs ?? Number.POSITIVE_INFINITY)).toBe(true);
            expect(seeds).toBeLessThanOrEqual(sweep.seeds);
            expect(epochs === Number.POSITIVE_INFINITY || epochs < sweep.maxEpochs).toBe(true);
          }
        }),
        { numRuns: cases(60) },
      );
    });

    test('names trials of the cohort that have a score, each once, in its order', () => {
      everyCohort(({ cohort, judged }) => {
        const scored = cohort.filter(({ scores }) => scores.length > 0).map(({ trialId }) => trialId);
        expect(judged).toEqual(scored.filter((id) => judged.includes(id)));
      });
    });

    test('decides the same whatever the order of the cohort, and when it is asked again', () => {
      everyCohort(({ stopper, sweep, cohort, rung, judged }) => {
        expect(create(sweep).judge(cohort, rung)).toEqual(judged);
        expect(stopper.judge(cohort.toReversed(), rung)).toEqual(judged.toReversed());
      });
    });

    test('decides the same by a metric that is to be small', () => {
      everyCohort(({ sweep, cohort, rung, judged }) => {
        expect(create({ ...sweep, metric: DOWN }).judge(cohort, rung)).toEqual(judged);
      });
    });

    test('keeps the best at every epoch at which runs pause, if any has a value', () => {
      everyCohort(({ cohort, rung, judged }) => {
        if (rung.epochs === undefined) return;
        const values = cohort.flatMap(({ trialId, scores }) =>
          scores.map(({ validation }) => ({ trialId, value: validation.macro_f1 })),
        );
        const known = values.filter(({ value }) => !Number.isNaN(value));
        const best = Math.max(...known.map(({ value }) => value));
        const leaders = known.filter(({ value }) => value === best).map(({ trialId }) => trialId);
        expect(leaders.length === 0 || leaders.some((id) => judged.includes(id))).toBe(true);
      });
    });
  });
}
