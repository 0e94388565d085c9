import fc from 'fast-check';
import { expect, test } from 'vitest';
import { figure, interval, percent, signed, significant, withInterval } from '../../src/wording/numbers.js';

test('a share reads the same as a figure and as per cent', () => {
  expect([figure(0.965, 2), percent(0.965)]).toEqual(['0.96', '96 %']);
  expect([figure(0.9650001, 2), percent(0.9650001)]).toEqual(['0.97', '97 %']);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
      expect(Number(percent(share).replace(' %', ''))).toBe(Math.round(100 * Number(figure(share, 2))));
    }),
  );
});

test('what rounds to nothing has no sign, neither in a figure nor in a difference', () => {
  for (const nothing of [0, -0, 0.0004, -0.0004]) {
    expect(signed(nothing)).toBe('0.000');
    expect(figure(nothing)).toBe('0.000');
  }
  expect([signed(0.0006), signed(-0.0006), figure(-0.5)]).toEqual(['+0.001', '−0.001', '−0.500']);
});

test('what is no number is a dash', () => {
  expect([Number.NaN, Number.POSITIVE_INFINITY].map((value) => figure(value))).toEqual(['–', '–']);
  expect([signed(Number.NaN), percent(Number.NaN), significant(Number.NaN)]).toEqual(['–', '–', '–']);
  expect(interval({ low: Number.NaN, high: Number.NaN })).toBe('–');
  expect(withInterval({ mean: 0.5, interval: { low: Number.NaN, high: Number.NaN } })).toBe('0.500');
});

test('an interval uses words where a minus would look like its dash', () => {
  expect(interval({ low: 0.1, high: 0.2 })).toBe('0.100–0.200');
  expect(interval({ low: -0.1, high: 0.2 })).toBe('−0.100 to 0.200');
});

test('significant digits keep the size of small and large numbers', () => {
  expect([1234567, 0.000012345, -2.5].map((value) => significant(value))).toEqual([
    '1230000',
    '0.0000123',
    '−2.5',
  ]);
});
