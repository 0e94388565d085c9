import { expect, test } from 'vitest';
import { wilsonInterval } from '../../src/metrics/estimates/intervals.js';
import { casesNote, haveCases, openCase } from './shared-cases.js';

/** The cells of a CSV, by column name; none of these has a quote. */
function records(csv: string): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...rows] = csv.trim().split('\n');
  const names = head.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, at) => [names[at] ?? '', cell])));
}

test.skipIf(!haveCases)(`01: a class without validation rows is not in macro-F1${casesNote}`, () => {
  const { focalsweep } = openCase('01-train-only-macro-f1');
  expect(focalsweep('launch', 's.yaml', '--workers', '1').status).toBe(0);
  const columns = 'seed,macro_f1,accuracy,balanced_accuracy';
  const { stdout } = focalsweep('query', 'trainonly', '--columns', columns, '--format', 'csv');
  expect(records(stdout)).toEqual(
    [1, 2, 3].map((seed) => ({ seed: `${seed}`, macro_f1: '1', accuracy: '1', balanced_accuracy: '1' })),
  );
  const run = focalsweep('query', 'trainonly', '--columns', 'run', '--limit', '1', '--format', 'csv');
  for (const id of ['best', run.stdout.split('\n')[1] ?? '']) {
    expect(focalsweep('show', id).stdout).toMatch(/^tiny +0( +–)+$/m);
  }
});

test.skipIf(!haveCases)(`02: neighbours make no interval of an own value narrower${casesNote}`, () => {
  const { focalsweep } = openCase('02-shared-seed-noise');
  const gamma0 = ['alone', 's'].map((spec) => {
    expect(focalsweep('launch', `${spec}.yaml`, '--workers', '1').status).toBe(0);
    const name = spec === 's' ? 'sharedseed' : spec;
    const rows = records(focalsweep('report', name, '--format', 'csv').stdout);
    const row = rows.find(({ configuration }) => configuration === 'gamma=0') ?? {};
    return (column: string) => Number(row[column]);
  });
  const [alone, beside] = gamma0 as [(column: string) => number, (column: string) => number];
  expect(beside('macro_f1_mean')).toBe(alone('macro_f1_mean'));
  const half = (of: typeof alone) => (of('macro_f1_high') - of('macro_f1_low')) / 2;
  expect(half(beside)).toBeGreaterThan(0.06);
  expect(half(beside)).toBeGreaterThan(0.9 * half(alone));
  expect([beside('rare_recall_low'), beside('rare_recall_high')]).toEqual([0, 1]);
});

test.skipIf(!haveCases)(`03: one row a class is no certainty and no verdict${casesNote}`, () => {
  const { focalsweep } = openCase('03-one-validation-row-per-class');
  expect(focalsweep('launch', 's.yaml', '--workers', '1').status).toBe(0);
  const report = JSON.parse(focalsweep('report', '--format', 'json').stdout) as {
    configurations: {
      is_tied: boolean;
      ranked: { interval: { low: number; high: number } };
      estimates: { rare_recall: { mean: number; interval: { low: number; high: number } } };
      versus_baseline: { ranked: { verdict: string } } | null;
    }[];
    test: { rare_recall: { interval: { low: number; high: number } } }[];
  };
  expect(report.configurations).toHaveLength(2);
  const verdicts = report.configurations.flatMap(
    ({ versus_baseline: versus }) => versus?.ranked.verdict ?? [],
  );
  expect(verdicts).toEqual(['one seed']);
  for (const { is_tied, ranked, estimates } of report.configurations) {
    expect(is_tied).toBe(true);
    expect(ranked.interval.high - ranked.interval.low).toBeGreaterThan(0.15);
    // Of 15 rows.
    const { mean, interval } = estimates.rare_recall;
    const wilson = wilsonInterval(mean, 15);
    expect(interval.low).toBeLessThan(wilson.low + 0.02);
    expect(interval.high).toBeGreaterThan(wilson.high - 0.02);
  }
  for (const { rare_recall } of report.test) {
    expect(rare_recall.interval.high - rare_recall.interval.low).toBeGreaterThan(0.3);
  }
});
