import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildReport } from '../../../src/analysis/analysis.js';
import type { SweepReport } from '../../../src/analysis/report.js';
import { openStore } from '../../../src/store/open-store.js';
import type { ColumnImportance } from '../../../src/sweep.js';
import { render } from '../../../src/views/render.js';
import { recordSample } from '../sample-report.js';

/** Macro-F1 loses so much by column; rare recall half of that. */
function shuffled(drops: Readonly<Record<string, number>>, gains?: readonly number[]): ColumnImportance[] {
  return Object.entries(drops).map(([column, mean], at) => ({
    column,
    gainShare: gains?.[at] ?? null,
    drops: { macroF1: { mean, sd: 0.01 }, rareRecall: { mean: mean / 2, sd: Number.NaN } },
  }));
}

const gained = (gains: Readonly<Record<string, number>>): ColumnImportance[] =>
  Object.entries(gains).map(([column, gainShare]) => ({ column, gainShare, drops: null }));

/** The sweep of the sample, with what is known of the columns of some of its runs. */
async function reportWith(known: Readonly<Record<string, ColumnImportance[]>>): Promise<SweepReport> {
  const store = openStore(await recordSample());
  const keeper = await store.keeper();
  for (const [runId, columns] of Object.entries(known)) await keeper.recordColumnImportance(runId, columns);
  await keeper.close();
  const reader = await store.reader();
  afterAll(() => reader.close());
  return await buildReport(reader);
}

/** The best cross-entropy and the best of all: what a report shows of this sweep. */
async function shownNames(): Promise<readonly string[]> {
  const { shown } = await reportWith({});
  return shown.map(({ configuration }) => configuration.trialId.slice(0, 2));
}

describe('which columns matter', () => {
  let [baseline, best] = ['', ''];
  let report: SweepReport;
  beforeAll(async () => {
    [baseline = '', best = ''] = await shownNames();
    report = await reportWith({
      [`${best}-1`]: shuffled({ bytes: 0.1, ports: 0.25, noise: -0.01 }),
      [`${best}-2`]: shuffled({ bytes: 0.2, ports: 0.35, noise: 0.01 }),
      [`${best}-3`]: gained({ bytes: 1, ports: 0, noise: 0 }),
      [`${baseline}-1`]: gained({ bytes: 0.25, ports: 0.75 }),
      [`${baseline}-2`]: gained({ bytes: 0.75, ports: 0.25, late: 0.5 }),
    });
  });

  test('is told of the seeds that were measured, the most important column first', () => {
    const view = report.columnImportance.views.find(({ trialId }) => trialId.startsWith(best));
    expect(view).toMatchObject({ seeds: 2, isMeasured: true, isCrossEntropy: false });
    expect(view?.columns.map(({ column }) => column)).toEqual(['ports', 'bytes', 'noise']);
    expect(view?.columns[0]?.macroF1Drop?.mean).toBeCloseTo(0.3, 12);
    expect(view?.columns[0]).toMatchObject({ macroF1Drop: { low: 0.25, high: 0.35 }, gainShare: null });
    expect(view?.columns[2]?.rareRecallDrop).toEqual({ mean: 0, low: -0.005, high: 0.005 });
  });

  test('goes by the gain of trees where nothing was measured', () => {
    const view = report.columnImportance.views.find(({ trialId }) => trialId.startsWith(baseline));
    expect(view).toMatchObject({ seeds: 2, isMeasured: false, isCrossEntropy: true });
    expect(view?.columns).toMatchObject([
      { column: 'bytes', gainShare: { mean: 0.5, low: 0.25, high: 0.75 }, macroF1Drop: null },
      { column: 'ports', gainShare: { mean: 0.5 } },
      { column: 'late', gainShare: { mean: 0.5, low: 0.5, high: 0.5 } },
    ]);
    expect(report.columnImportance.unmeasuredRuns).toBe(4);
  });

  test('is a table of the choices in text, and says what it does not mean and how to measure the rest', async () => {
    const text = await render('columns', report, { format: 'table', width: 80 });
    expect(text).toMatch(/^Which columns matter, by what scores lose without them/);
    expect(text).toMatch(
      /ports +0\.300 +0\.250 to 0\.350 +0\.150 +█{10}\nbytes +0\.150 .*█{5}\nnoise +0\.000/,
    );
    expect(text.replace(/\n +/g, ' ')).toContain('none of it says that a column is the cause');
    expect(text.replace(/\n +/g, ' ')).toContain('by `focalsweep importance sample` (it trains 4 runs once');
    expect(text).not.toContain('Gain:');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(await render('columns', report, { format: 'md' })).toContain('| ports | 0.300 | 0.250 to 0.350 |');
  });

  test('is a table of the baseline, too, where that was measured', async () => {
    const both = await reportWith({
      [`${baseline}-1`]: shuffled({ bytes: 0.1, ports: 0.4 }),
      [`${best}-1`]: shuffled({ bytes: 0.2, ports: 0.3 }),
    });
    const headings = /lose without them: overall, .*lose without them: cross-entropy, /s;
    for (const format of ['table', 'md'] as const) {
      const text = await render('columns', both, { format });
      expect(text).toMatch(headings);
      expect(text).toContain('0.400');
      expect(text.match(/what it loses on the validation rows/g)).toHaveLength(1);
    }
  });

  test('is a chart for each shown configuration in the page', async () => {
    const page = await render('report', report, { format: 'html' });
    const [section = ''] = /<section[^>]*id="columns".*?<\/section>/s.exec(page) ?? [];
    expect(section.match(/<figure/g)).toHaveLength(2);
    expect(section).toContain('Most important: ports.');
    expect(section).toContain('share of the gain');
  });

  test('is in the JSON, by configuration', async () => {
    const { column_importance } = JSON.parse(await render('report', report, { format: 'json' }));
    expect(column_importance).toEqual(JSON.parse(await render('columns', report, { format: 'json' })));
    expect(column_importance[1]).toMatchObject({
      seeds: 2,
      columns: [{ column: 'ports', macro_f1_drop: { low: 0.25 }, gain_share: null }, {}, {}],
    });
  });

  test('is not known before it is measured: the report says how', async () => {
    const unknown = await reportWith({});
    expect(unknown.columnImportance).toEqual({ views: [], unmeasuredRuns: 6 });
    const text = await render('report', unknown, { format: 'table' });
    expect(text).toMatch(
      /Which columns matter\nWhat scores lose .* by `focalsweep importance sample` \(it trains 6 runs once more\)\./,
    );
  });

  test('shows the first ten of many columns', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`c${at}`, at / 100]));
    const wide = await reportWith({ [`${best}-1`]: shuffled(many, Array<number>(30).fill(1 / 30)) });
    const text = await render('columns', wide, { format: 'table' });
    expect(text.match(/^c\d+ .*3\.3 %/gm)).toHaveLength(10);
    expect(text).toContain('The first 10 of 30 columns, 1 seed.');
  });
});
