import { afterAll, describe, expect, test } from 'vitest';
import { buildComparison } from '../../src/analysis/analysis.js';
import type { Comparison } from '../../src/analysis/comparison/comparison.js';
import { UserError } from '../../src/errors.js';
import { openStore } from '../../src/store/open-store.js';
import { comparisonJson } from '../../src/views/json/comparison-json.js';
import { render } from '../../src/views/render.js';
import {
  complete,
  sampleDataset,
  sampleResult,
  sampleSplit,
  sampleSweep,
  sampleTrial,
  started,
} from '../store/sample-sweep.js';
import { recordSample } from './sample-report.js';

const path = await recordSample();
await recordElsewhere();
const reader = await openStore(path).reader();
afterAll(() => reader.close());

/** A sweep of one configuration on another table. */
async function recordElsewhere(): Promise<void> {
  const writer = await openStore(path).writer();
  const trials = [sampleTrial('zz', { gamma: 0 })];
  await writer.open(sampleSweep({ name: 'elsewhere', dataset: sampleDataset('e'.repeat(64)), trials }));
  for (const [runId, level] of [
    ['zz-1', 0.5],
    ['zz-2', 0.6],
  ] as const) {
    const validation = sampleSplit(level, Uint16Array.of(0, 1, 0, 2, 1, 1));
    await writer.record([
      started(runId, 'elsewhere'),
      complete({ ...sampleResult(runId, level), validation }),
    ]);
  }
  await writer.close();
}

const sideOf = ({ sides }: Comparison, at: number) => {
  const side = sides[at];
  if (side === undefined) throw new Error(`no side ${at}`);
  return side;
};

describe('a comparison', () => {
  test('tells better from worse, whichever side is the reference', async () => {
    const forwards = sideOf(await buildComparison(reader, ['a0-trial', 'e4-trial']), 1).differences;
    const backwards = sideOf(await buildComparison(reader, ['e4-trial', 'a0-trial']), 1).differences;
    expect(forwards?.rare_recall.verdict).toBe('better');
    expect(backwards?.rare_recall.verdict).toBe('worse');
    expect(forwards?.rare_recall.mean).toBeCloseTo(-(backwards?.rare_recall.mean ?? 0), 12);
    expect(forwards?.rare_recall.mean).toBeGreaterThan(0.5);
  });

  test('says where two names are those of one configuration', async () => {
    const { notes } = await buildComparison(reader, ['a0-trial', 'b1-trial', 'a0-trial']);
    expect(notes).toContain('A, C: the same configuration.');
    const { notes: others } = await buildComparison(reader, ['a0-trial', 'b1-trial']);
    expect(others.join()).not.toContain('the same configuration.');
  });

  test('finds nothing better or worse where a side meets its twin', async () => {
    const { differences } = sideOf(await buildComparison(reader, ['a0-trial', 'b1-trial']), 1);
    const verdicts = new Set(Object.values(differences ?? {}).map(({ verdict }) => verdict));
    expect(verdicts).toEqual(new Set(['equivalent', 'no evidence', 'not judged']));
  });

  test('has no verdict from the worst recall alone, however large the difference', async () => {
    const { differences } = sideOf(await buildComparison(reader, ['a0-trial', 'e4-trial']), 1);
    expect(differences?.worst_recall.mean).toBeGreaterThan(0.4);
    expect(differences?.worst_recall.verdict).toBe('not judged');
  });

  test('gives room to every further side: its intervals hold for all at once', async () => {
    const width = async (ids: readonly string[]): Promise<number> => {
      const interval = sideOf(await buildComparison(reader, ids), 1).differences?.macro_f1.interval;
      return interval === undefined ? Number.NaN : interval.high - interval.low;
    };
    // Runs, whose noise between seeds does not get better known with every further side.
    const two = await width(['a0-1', 'e4-1']);
    expect(await width(['a0-1', 'e4-1', 'c2-1', 'd3-1', 'f5-1'])).toBeGreaterThan(1.05 * two);
  });

  test('takes sweeps, configurations and runs alike', async () => {
    const { sides, differing } = await buildComparison(reader, ['a0-trial', 'sample', 'c2-2']);
    expect(sides.map(({ letter, kind, seeds }) => [letter, kind, seeds])).toEqual([
      ['A', 'trial', [1, 2, 3]],
      ['B', 'sweep', [1, 2, 3]],
      ['C', 'run', [2]],
    ]);
    expect(sideOf(await buildComparison(reader, ['a0-trial', 'sample']), 1).config.gamma).toBe(2);
    expect(differing).toContain('gamma');
    expect(differing).not.toContain('epochs');
  });

  test('says of another table that it is unpaired, and compares all the same', async () => {
    const comparison = await buildComparison(reader, ['a0-trial', 'elsewhere', 'e4-trial']);
    expect(comparison.sides.map(({ isPaired }) => isPaired)).toEqual([true, false, true]);
    expect(comparison.notes.join(' ')).toContain(
      'B: another table, split, preparation or rare classes than A’s',
    );
    const unpaired = sideOf(comparison, 1).differences?.macro_f1;
    const paired = sideOf(comparison, 2).differences?.macro_f1;
    expect(unpaired?.interval.low).toBeLessThan(unpaired?.mean ?? Number.NaN);
    expect(paired?.verdict).toBe('better');
  });

  test('claims nothing of the log loss of one seed without logits, and says that seeds are unknown', async () => {
    const comparison = await buildComparison(reader, ['a0-trial', 'zz-1']);
    expect(sideOf(comparison, 1).estimates.log_loss.interval.low).toBeNaN();
    expect(sideOf(comparison, 1).differences?.log_loss).toMatchObject({ verdict: 'one seed' });
    expect(comparison.notes.join(' ')).toContain('B: one seed');
    expect(comparison.notes[0]).toMatch(/; those of log_loss.* cover the seeds alone/);
  });

  test('draws the rows of the log loss by kept logits, also of one seed', async () => {
    const comparison = await buildComparison(reader, ['a0-trial', 'e4-1']);
    const { interval, rowError } = sideOf(comparison, 1).estimates.log_loss;
    expect(rowError).toBeGreaterThan(0);
    expect(interval.high - interval.low).toBeGreaterThan(2 * rowError);
    expect(sideOf(comparison, 1).differences?.log_loss).toMatchObject({ verdict: 'one seed' });
    expect(comparison.notes[0]).not.toContain('cover the seeds alone');
  });

  test('does not compare a metric that the sweeps measure with different parameters, and says so', async () => {
    const database = 'memory:parameters';
    const writer = await openStore(database).writer();
    for (const [name, metric] of [
      ['loose', { name: 'f_beta', goal: 'maximize' }],
      ['strict', { name: 'f_beta', goal: 'maximize', parameter: 0.5 }],
    ] as const) {
      const trials = [sampleTrial(name, { gamma: 0 })];
      await writer.open(sampleSweep({ name, metric, trials }));
      const runs = [1, 2].map((seed) => sampleResult(`${name.slice(0, 2)}-${seed}`, 0.4 + seed / 10));
      await writer.record(runs.flatMap((run) => [started(run.runId, name), complete(run)]));
    }
    await writer.close();
    const own = await openStore(database).reader();
    const comparison = await buildComparison(own, ['loose', 'strict']);
    expect(sideOf(comparison, 1).differences?.f_beta).toMatchObject({
      mean: Number.NaN,
      verdict: 'not judged',
    });
    expect(sideOf(comparison, 1).estimates.f_beta.mean).toBeCloseTo(0.46, 12);
    for (const at of [0, 1]) {
      const { mean, interval } = sideOf(comparison, at).estimates.f_beta;
      expect(interval.low).toBeLessThan(mean);
      expect(interval.high).toBeGreaterThan(mean);
    }
    expect(sideOf(comparison, 1).differences?.macro_f1.mean).toBeCloseTo(0, 12);
    expect(comparison.notes.join(' ')).toContain('f_beta is another measure on each side');
    expect(comparison.notes.join(' ')).toContain('A beta 2, B beta 0.5');
    await own.close();
  });

  test('says where sides have other classes', async () => {
    const database = 'memory:other-classes';
    const writer = await openStore(database).writer();
    const { dataset } = sampleSweep({});
    for (const [name, classNames] of [
      ['ours', dataset.classNames],
      ['theirs', dataset.classNames.map((own) => (own === 'Dridex' ? 'Emotet' : own))],
    ] as const) {
      const trials = [sampleTrial(name, { gamma: 0 })];
      const other = { ...dataset, classNames, fingerprint: `${dataset.fingerprint}${name}` };
      await writer.open(sampleSweep({ name, dataset: other, trials }));
      const runs = [1, 2].map((seed) => sampleResult(`${name.slice(0, 2)}-${seed}`, 0.4 + seed / 10));
      await writer.record(runs.flatMap((run) => [started(run.runId, name), complete(run)]));
    }
    await writer.close();
    const own = await openStore(database).reader();
    const notes = async (...sides: string[]) => (await buildComparison(own, sides)).notes.join(' ');
    const words = 'The validation rows are of other classes on each side';
    expect(await notes('ours', 'theirs')).toMatch(
      new RegExp(`${words}: A Dridex; B \\w+, beside 2 classes that all have\\.`),
    );
    expect(await notes('ours', 'ours#1')).not.toContain(words);
    await own.close();
  });

  test('does not compare the mean recall of other classes, and says so', async () => {
    const database = 'memory:rare-classes';
    const writer = await openStore(database).writer();
    const { dataset } = sampleSweep({});
    for (const [name, rareClasses] of [
      ['few', dataset.rareClasses],
      ['most', [0]],
      ['both', [0, ...dataset.rareClasses]],
      ['same', [...dataset.rareClasses, 0]],
    ] as const) {
      const trials = [sampleTrial(name, { gamma: 0 })];
      const other = { ...dataset, rareClasses, fingerprint: `${dataset.fingerprint}${name}` };
      await writer.open(sampleSweep({ name, dataset: other, trials }));
      const runs = [1, 2].map((seed) => sampleResult(`${name.slice(0, 2)}-${seed}`, 0.4 + seed / 10));
      await writer.record(runs.flatMap((run) => [started(run.runId, name), complete(run)]));
    }
    await writer.close();
    const own = await openStore(database).reader();
    const comparison = await buildComparison(own, ['few', 'most']);
    const { differences, estimates } = sideOf(comparison, 1);
    expect(differences?.rare_recall).toMatchObject({ mean: Number.NaN, verdict: 'not judged' });
    expect(estimates.rare_recall.interval.low).toBeLessThan(estimates.rare_recall.mean);
    expect(differences?.macro_f1.mean).toBeCloseTo(0, 12);
    expect(comparison.notes.join(' ')).toContain(
      `rare_recall is the mean of other classes on each side, so it is not compared: A Dridex; B benign.`,
    );
    const notes = async (...sides: string[]) => (await buildComparison(own, sides)).notes.join(' ');
    expect(await notes('few', 'both')).toContain(
      'it is not compared: A none; B benign, beside 1 class that all have.',
    );
    expect(await notes('both', 'same')).not.toContain('not compared');
    await own.close();
  });

  test('has an interval for the recall of every class and side, wider for fewer rows', async () => {
    for (const { recalls } of (await buildComparison(reader, ['a0-trial', 'c2-trial', 'e4-trial'])).sides) {
      const width = (name: string): number => {
        const { mean, interval } = recalls.get(name) ?? { mean: 2, interval: { low: 0, high: 0 } };
        expect(interval.low).toBeLessThanOrEqual(mean);
        expect(interval.high).toBeGreaterThanOrEqual(mean);
        return interval.high - interval.low;
      };
      expect(width('Dridex')).toBeGreaterThan(width('benign'));
    }
  });

  test.each([
    [['a0-trial'], /at least two things/],
    [Array.from({ length: 13 }, () => 'a0'), /at most 12 things, not 13/],
    [['a0-trial', 'nobody'], /nobody/],
  ] as const)('refuses %j', async (ids, message) => {
    await expect(buildComparison(reader, ids)).rejects.toThrow(UserError);
    await expect(buildComparison(reader, ids)).rejects.toThrow(message);
  });
});

const comparison = await buildComparison(reader, ['a0-trial', 'e4-trial', 'elsewhere']);

describe('renderings of a comparison', () => {
  test('show the same numbers in the terminal, in Markdown and in JSON', async () => {
    const json = JSON.parse(JSON.stringify(comparisonJson(comparison))) as {
      sides: { differences: { macro_f1: { mean: number } } | null; is_paired: boolean }[];
      classes: { name: string; recalls: (null | { mean: number })[] }[];
    };
    const change = `+${json.sides[1]?.differences?.macro_f1.mean.toFixed(3)}`;
    const recall = json.classes[0]?.recalls[1]?.mean.toFixed(3);
    expect(json.sides[0]?.differences).toBeNull();
    expect(json.classes.map(({ name }) => name)).toEqual(['benign', 'Emotet', 'Dridex']);
    for (const format of ['table', 'md'] as const) {
      const text = await render('comparison', comparison, { format });
      expect(text).toContain(change);
      expect(text).toContain(recall);
    }
  });

  test('leave out the intervals of no side alone where a terminal is narrow', async () => {
    const columnsOf = async (width: number) =>
      (await render('comparison', comparison, { format: 'table', width })).match(/^class .*$/m)?.[0];
    expect(await columnsOf(200)).toMatch(/95 % of A .*95 % of B/);
    expect(await columnsOf(30)).not.toContain('95 %');
  });

  test('fit 80 columns', async () => {
    const lines = (await render('comparison', comparison, { format: 'table', width: 80 })).split('\n');
    expect(lines.filter((line) => [...line].length > 80)).toEqual([]);
  });
});
