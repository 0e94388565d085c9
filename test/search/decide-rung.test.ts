import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRIC_NAMES, type MetricValues } from '../../src/metric.js';
import { decideRung, reasonOf } from '../../src/search/decide-rung.js';
import type { Cohort, ScoredTrial } from '../../src/search/search.js';

const metric = { name: 'log_loss', goal: 'minimize' } as const;
const rung = { seeds: 2, epochs: 5 };

function trial(trialId: string, values: readonly number[], more: Partial<ScoredTrial> = {}): ScoredTrial {
  const scores = values.map((value, seed) => {
    const validation = Object.fromEntries(METRIC_NAMES.map((name) => [name, value])) as MetricValues;
    return { seed, validation };
  });
  return { trialId, point: {}, scores, ...more };
}

const keep = (...ids: readonly string[]) => ({ rungs: [rung], judge: () => ids });
const decide = (cohort: Cohort, ...ids: readonly string[]) => decideRung(keep(...ids), cohort, rung, metric);

describe('what is decided at a rung', () => {
  const cohort = [
    trial('a', [0.5, 0.7]),
    trial('b', [0.2, 0.4]),
    trial('c', []),
    trial('base 1', [0.9, 0.9], { isBaseline: true }),
    trial('base 2', [0.8, 0.8], { isBaseline: true }),
    trial('base of trees', [2, Number.NaN], { isBaseline: true, space: 'trees' }),
  ];

  it('is what the stopper says, and the best baseline of each space', () => {
    expect(decide(cohort, 'a', 'b')).toEqual({
      type: 'rung',
      rung,
      going: ['a', 'b', 'base 2', 'base of trees'],
      dropped: [
        { trialId: 'c', value: null },
        { trialId: 'base 1', value: 0.9 },
      ],
      best: expect.closeTo(0.3),
    });
    expect(decide(cohort, 'a', 'base 1').going).toEqual(['a', 'base 1', 'base of trees']);
  });

  it('has the best value of all who go on, of baselines too', () => {
    const strong = [...cohort, trial('strong base', [0.1, 0.1], { isBaseline: true })];
    expect(decide(strong, 'b', 'strong base').best).toBeCloseTo(0.1);
  });

  it('drops others for a baseline, where only baselines go on', () => {
    const decision = decide(cohort, 'base 2');
    expect([decision.going, decision.best]).toEqual([['base 2', 'base of trees'], 0.8]);
    expect(decision.dropped.map((dropped) => reasonOf(decision, dropped, metric))).toContain(
      'dropped after epoch 5 of 2 seeds: log_loss 0.6000, the best that went on 0.8000',
    );
  });

  it('is the end where nobody goes on, which drops nobody for another', () => {
    const decision = decide(cohort);
    expect([decision.going, decision.dropped.length, decision.best]).toEqual([[], 6, null]);
    expect(decision.dropped.map((dropped) => reasonOf(decision, dropped, metric))).toEqual(
      cohort.map(() => undefined),
    );
  });

  it('says why', () => {
    const decision = decide(cohort, 'b');
    expect(decision.dropped.map((dropped) => reasonOf(decision, dropped, metric))).toEqual([
      'dropped after epoch 5 of 2 seeds: log_loss 0.6000, the best that went on 0.3000',
      'dropped after epoch 5 of 2 seeds: no log_loss, the best that went on 0.3000',
      'dropped after epoch 5 of 2 seeds: log_loss 0.9000, the best that went on 0.3000',
    ]);
  });

  it('keeps every trial once, and survives JSON', () => {
    const anyTrial = fc.record({
      values: fc.array(fc.oneof(fc.double({ min: 0, max: 9 }), fc.constant(Number.NaN)), { maxLength: 3 }),
      isBaseline: fc.boolean(),
      space: fc.constantFrom(undefined, 'one', 'two'),
      isKept: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyTrial, { minLength: 1, maxLength: 8 }), (drawn) => {
        const trials = drawn.map(({ values, isBaseline, space }, at) =>
          trial(`t${at}`, values, { isBaseline, ...(space !== undefined && { space }) }),
        );
        const kept = trials.filter((_, at) => drawn[at]?.isKept).map(({ trialId }) => trialId);
        const decision = decide(trials, ...kept);
        const dropped = decision.dropped.map(({ trialId }) => trialId);
        expect([...decision.going, ...dropped].toSorted()).toEqual(trials.map(({ trialId }) => trialId));
        expect(decision.going).toEqual(expect.arrayContaining(kept));
        const spaces = new Set(trials.filter((own) => own.isBaseline).map(({ space }) => space));
        const goingBaselines = trials.filter((own) => own.isBaseline && decision.going.includes(own.trialId));
        expect(new Set(goingBaselines.map(({ space }) => space)).size).toBe(
          kept.length === 0 ? 0 : spaces.size,
        );
        expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      }),
    );
  });
});
