import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { KNOB_DEFAULTS } from '../../src/knobs/knobs.js';
import { priorCorrection } from '../../src/loss/prior-correction.js';
import { compactLogits } from '../../src/metrics/compact-logits.js';
import { bestOffsets } from '../../src/metrics/decisions/class-offsets.js';
import { type DecisionName, decisionEffects } from '../../src/metrics/decisions/decisions.js';
import {
  halvesByClass,
  marginsUnder,
  type ScoredRows,
  settingsOf,
} from '../../src/metrics/decisions/scored-rows.js';
import { statedThreshold } from '../../src/metrics/decisions/stated-limits.js';
import { TopClasses } from '../../src/metrics/decisions/top-classes.js';
import { marginMetric } from '../../src/metrics/margin-metrics.js';
import { randomStream } from '../../src/random.js';
import { LOGIT_STEPS } from '../../src/sweep.js';

const SHARES = [0.8, 0.15, 0.05];

/** Bayes' logits of three unit normals, with what a shifted prior adds to each class. */
function normals(rows: number, seed: number, shift: readonly number[] = [0, 0, 0]): ScoredRows {
  const stream = randomStream(seed, 'synthetic');
  const labels = Uint16Array.from({ length: rows }, (_, row) => {
    const place = (row + 0.5) / rows;
    return place < 0.8 ? 0 : place < 0.95 ? 1 : 2;
  });
  const logits = Float32Array.from(
    [...labels].flatMap((label) => {
      const x = stream.normal() + 1.5 * label;
      return SHARES.map((share, j) => Math.log(share) - (x - 1.5 * j) ** 2 / 2 + (shift[j] ?? 0));
    }),
  );
  const compact = new Uint16Array(logits.length);
  compactLogits(logits, 3, compact, 0);
  const predictions = labels.map((_, row) => {
    const own = [...logits.subarray(3 * row, 3 * row + 3)];
    return own.indexOf(Math.max(...own));
  });
  const trainSupport = SHARES.map((share) => share * 10_000);
  return { logits: compact, predictions, labels, trainSupport, rareClasses: [2] };
}

const macroF1 = (rows: ScoredRows, shown: readonly number[], offsets: readonly number[]) =>
  marginMetric('macro_f1', marginsUnder(rows, [{ shown, offsets }]), settingsOf(rows));

describe('class offsets', () => {
  it('are never worse than none on the rows that choose them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(1000), fc.nat(4), (count, seed, shift) => {
        const rows = normals(count, seed, [0, -shift, shift / 2]);
        const all = [...rows.labels.keys()];
        expect(macroF1(rows, all, bestOffsets(rows, all))).toBeGreaterThanOrEqual(
          macroF1(rows, all, [0, 0, 0]) - 1e-9,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('know what the other classes decide, also of equal logits and after offsets have moved', () => {
    const steps = fc.array(fc.nat(3), { minLength: 12, maxLength: 12 });
    const moves = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: -2, max: 2 })), { maxLength: 8 });
    fc.assert(
      fc.property(steps, moves, (values, moved) => {
        const logits = Uint16Array.from(values, (value) => value * LOGIT_STEPS);
        const rows = { ...normals(3, 1), logits, trainSupport: [1, 1, 1, 1] };
        const offsets = new Float64Array(4);
        const top = new TopClasses(rows, [0, 1, 2], offsets);
        for (const [cls, offset] of moved) {
          offsets[cls] = offset;
          top.move(cls, offset);
        }
        for (const row of [0, 1, 2]) {
          const shifted = [...offsets].map((offset, j) => offset - (values[4 * row + j] as number));
          for (const cls of [0, 1, 2, 3]) {
            const others = shifted.map((value, j) => (j === cls ? Number.NEGATIVE_INFINITY : value));
            const most = Math.max(...others);
            expect(top.rival(row, cls)).toBe(others.indexOf(most));
            expect(top.margin(row, cls)).toBe(most + (values[4 * row + cls] as number));
          }
        }
      }),
    );
  });

  it('find again what was taken from a class', () => {
    const rows = normals(4000, 3, [0, -4, -4]);
    const [tuning, shown] = halvesByClass(rows.labels);
    const trained = macroF1(rows, shown, [0, 0, 0]);
    const bayes = macroF1(rows, shown, [0, 4, 4]);
    const found = macroF1(rows, shown, bestOffsets(rows, tuning));
    expect(trained).toBeLessThan(bayes - 0.2);
    expect(found).toBeGreaterThan(bayes - 0.03);
  });
});

describe('decisions after training', () => {
  const shift = [0, 2, 3];
  const effects = decisionEffects(
    {
      validation: normals(4000, 5, shift),
      test: normals(3000, 6, shift),
      priorOffsets: shift.map((by) => -by),
      costs: [
        [0, 1, 1],
        [1, 0, 1],
        [40, 40, 0],
      ],
    },
    'macro_f1',
  );
  const effectOf = (name: DecisionName) => effects.find(({ decision }) => decision === name);

  it('undo a shifted prior in closed form, on rows that nothing was tuned on as well', () => {
    const corrected = effectOf('prior correction');
    for (const scores of [corrected?.validation, corrected?.test]) {
      expect(scores?.log_loss?.after).toBeLessThan((scores?.log_loss?.before ?? 0) - 0.2);
      expect(scores?.rare_recall?.after).toBeLessThan((scores?.rare_recall?.before ?? 0) - 0.1);
    }
  });

  it('start from the trained decision, and say nothing of metrics that they do not change', () => {
    const before = effects.flatMap(({ test: held }) => held?.macro_f1?.before ?? []);
    expect(new Set(before).size).toBe(1);
    expect(effectOf('temperature')?.validation).toMatchObject({ macro_f1: null, rare_recall: null });
    expect(effectOf('class offsets')?.validation.log_loss).toBeNull();
  });

  it('cost less by the least cost than as trained or corrected, and find more of what is dear to miss', () => {
    const [cheapest, corrected] = [effectOf('least cost'), effectOf('prior correction')];
    for (const split of ['validation', 'test'] as const) {
      const { expected_cost: cost, rare_recall } = cheapest?.[split] ?? {};
      expect(cost?.after).toBeLessThan((cost?.before ?? 0) - 0.05);
      expect(cost?.after).toBeLessThan(corrected?.[split]?.expected_cost?.after ?? 0);
      expect(rare_recall?.after).toBeGreaterThan(corrected?.[split]?.rare_recall?.after ?? 1);
    }
  });

  it('leave out what has nothing to undo, and test rows without logits', () => {
    const without = decisionEffects(
      { validation: normals(60, 5), test: null, priorOffsets: null, costs: null },
      'macro_f1',
    );
    expect(without.map(({ decision, test: held }) => [decision, held])).toEqual([
      ['logit adjustment', null],
      ['class offsets', null],
      ['temperature', null],
    ]);
  });
});

describe('the correction of priors', () => {
  const context = { classNames: ['a', 'b', 'c'], trainSupport: [800, 150, 50] };
  const correctionOf = (knobs: Partial<typeof KNOB_DEFAULTS>) =>
    priorCorrection({ ...KNOB_DEFAULTS, ...knobs }, context);
  const between = (offsets: readonly number[] | null) => (offsets?.[2] ?? NaN) - (offsets?.[0] ?? NaN);

  test.each([
    ['balanced class weights', { alpha: 'balanced' as const }],
    ['a sampler of equal classes', { sampler: 'balanced' as const }],
    ['a loss with adjusted logits', { logit_adjustment: 1 }],
  ])('gives the classes of %s their shares again', (_name, knobs) => {
    expect(between(correctionOf(knobs))).toBeCloseTo(Math.log(50 / 800), 5);
  });

  test('adds up, and there is none where the shares are those of the data', () => {
    expect(between(correctionOf({ alpha: 'balanced', sampler: 'weighted' }))).toBeCloseTo(
      2 * Math.log(50 / 800),
      5,
    );
    expect(correctionOf({ alpha: 0.25 })).toBeNull();
    expect(correctionOf({ alpha: [1, 0, 1] })).toBeNull();
  });
});

describe('a threshold for a stated limit', () => {
  const stream = randomStream(8, 'synthetic');
  const table = (rows: number) => {
    const isOwn = Uint8Array.from({ length: rows }, (_, row) => Number(row % 20 === 0));
    return {
      isOwn,
      column: Float64Array.from(isOwn, (own) => 1 / (1 + Math.exp(-stream.normal() - 2 * own))),
    };
  };
  const [validation, held] = [table(8000), table(8000)];

  test.each([
    { kind: 'precision', value: 0.5 },
    { kind: 'fpr', value: 0.02 },
  ] as const)('keeps $kind $value on other rows, about', ({ kind, value }) => {
    const found = statedThreshold(validation, held, { kind, value });
    for (const at of [found.validation, found.test]) {
      expect(Math.abs((at?.[kind] ?? NaN) - value)).toBeLessThan(kind === 'fpr' ? 0.008 : 0.13);
      expect(at?.recall).toBeGreaterThan(0.2);
    }
  });

  test('lies between rows, so that probabilities that are rounded no longer find the same ones', () => {
    const isOwn = Uint8Array.of(1, 0, 1, 0);
    const limit = { kind: 'precision', value: 0.9 } as const;
    const at = (column: readonly number[]) =>
      statedThreshold({ column: Float64Array.from(column), isOwn }, null, limit).threshold;
    expect(at([0.9, 0.2, 0.6, 0.4])).toBeCloseTo(0.5, 12);
    expect(at([0.9, 0, 0.6, 0])).toBeCloseTo(0.3, 12);
  });

  test('finds nothing where no threshold keeps the limit', () => {
    const rows = { column: Float64Array.of(0.1, 0.9, 0.2, 0.8), isOwn: Uint8Array.of(1, 0, 1, 0) };
    const found = statedThreshold(rows, null, { kind: 'precision', value: 0.9 });
    expect(found).toMatchObject({ threshold: Number.POSITIVE_INFINITY, test: null });
    expect(found.validation).toMatchObject({ recall: 0, fpr: 0 });
  });
});
