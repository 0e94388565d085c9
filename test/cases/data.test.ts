import { expect, test } from 'vitest';
import { casesNote, haveCases, openCase } from './shared-cases.js';

interface Data {
  readonly rows: number;
  readonly features: number;
  readonly classes: readonly string[];
  readonly support: Readonly<Record<'train' | 'validation' | 'test', readonly number[]>>;
  readonly notes: readonly string[];
  readonly normalization: { readonly largest_mean: number; readonly largest_sd_deviation: number };
}

function dataOf({ focalsweep }: ReturnType<typeof openCase>): Data {
  const { status, stdout } = focalsweep('data', 's.yaml', '--format', 'json');
  expect(status).toBe(0);
  return JSON.parse(stdout) as Data;
}

const SUPPORT = { train: [28, 8], validation: [10, 2], test: [10, 2] };

test.skipIf(!haveCases)(`04: a header in CRLF over rows in LF is read${casesNote}`, () => {
  const data = dataOf(openCase('04-crlf-header-lf-rows'));
  expect(data).toMatchObject({ rows: 60, features: 2, classes: ['ok', 'bad'], support: SUPPORT });
});

test.skipIf(!haveCases)(`06: a column that differs by rounding only is constant${casesNote}`, () => {
  const opened = openCase('06-near-constant-column');
  const { notes, features, normalization } = dataOf(opened);
  expect(features).toBe(1);
  expect(notes.join()).toContain('constant on the training rows: x1');
  expect(normalization.largest_mean).toBeLessThan(1e-6);
  const plan = opened.focalsweep('plan', 's.yaml', '--workers', '1');
  expect(plan.status).toBe(0);
  expect(plan.stderr).not.toContain('normalize');
});

test.skipIf(!haveCases)(`08: a class called "None" is a class${casesNote}`, () => {
  const data = dataOf(openCase('08-class-called-None'));
  expect(data).toMatchObject({ rows: 60, classes: ['None', 'Apnea'], support: SUPPORT });
});

test.skipIf(!haveCases)(`10: a first line of numbers is no header without a word${casesNote}`, () => {
  const { status, stderr } = openCase('10-no-header-line').focalsweep('data', 's.yaml');
  expect(status).toBe(2);
  expect(stderr).toMatch(/d\.csv:1: the first line holds only numbers/);
  expect(stderr).toMatch(/`header: false`.*`names: \[…\]`/);
});
