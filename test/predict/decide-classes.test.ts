import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import type { ClassDecision } from '../../src/model/model.js';
import { decideClasses } from '../../src/predict/decide-classes.js';
import { anyDecision, referenceClass } from '../model/any-decision.js';

/** The classes of rows that are given row by row. */
function decided(decision: ClassDecision, rows: readonly (readonly number[])[]): readonly number[] {
  const columns = (rows[0] ?? []).flatMap((_, cls) => rows.map((row) => row[cls] as number));
  return [...decideClasses(decision, Float64Array.from(columns), rows.length)];
}

const anyCase = fc.integer({ min: 2, max: 5 }).chain((classes) =>
  fc.record({
    decision: anyDecision(classes),
    rows: fc.array(
      fc
        .array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: classes, maxLength: classes })
        .map((own) => own.map((share) => share / own.reduce((sum, value) => sum + value, 0))),
      { minLength: 1, maxLength: 20 },
    ),
  }),
);

test('decisions are plain arithmetic on the probabilities', () => {
  fc.assert(
    fc.property(anyCase, ({ decision, rows }) => {
      const expected = rows.map((row) => referenceClass(decision, row));
      const known = (classes: readonly (number | null)[]) => classes.filter((_, at) => expected[at] !== null);
      expect(known(decided(decision, rows))).toEqual(known(expected));
    }),
    { numRuns: 1000 },
  );
});

it.each<[string, ClassDecision, readonly number[]]>([
  ['offsets', { kind: 'offsets', name: '', offsets: [0, 0, Math.log(4)] }, [0, 1, 2, 2]],
  ['a threshold, which a probability may just reach', threshold(0.3), [0, 1, 2, 2]],
  ['a threshold that nothing reaches', threshold(1), [0, 1, 1, 0]],
  ['costs of missing the last class', costs(1), [0, 2, 2, 2]],
  ['costs at a temperature', costs(1e-3), [0, 1, 1, 0]],
])('%s decide rows as by hand', (_what, decision, classes) => {
  const rows = [
    [0.9, 0.05, 0.05],
    [0.1, 0.75, 0.15],
    [0.2, 0.45, 0.35],
    [0.7, 0, 0.3],
  ];
  expect(decided(decision, rows)).toEqual(classes);
});

function threshold(value: number): ClassDecision {
  return { kind: 'threshold', name: '', classIndex: 2, threshold: value };
}

function costs(temperature: number): ClassDecision {
  const ofMistakes = [
    [0, 1, 1],
    [1, 0, 1],
    [8, 8, 0],
  ];
  return { kind: 'costs', name: '', temperature, offsets: [0, 0, 0], costs: ofMistakes };
}

it('takes the lowest of classes that are equal, and probabilities of 0', () => {
  const even: ClassDecision = { kind: 'offsets', name: '', offsets: [0, 0, 0] };
  expect(
    decided(even, [
      [0, 0.5, 0.5],
      [1, 0, 0],
    ]),
  ).toEqual([1, 0]);
  const free: ClassDecision = {
    ...costs(1),
    costs: [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
  } as ClassDecision;
  expect(decided(free, [[0, 0.5, 0.5]])).toEqual([0]);
});
