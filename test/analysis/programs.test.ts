// Reports of programs of the user's own: what they know of them, what they call a baseline, and what metrics alone cannot say.
import { beforeAll, describe, expect, test } from 'vitest';
import { buildComparison, buildReport, buildShown, buildSuggestion } from '../../src/analysis/analysis.js';
import { keptWord } from '../../src/analysis/choices/kept-word.js';
import type { SweepReport } from '../../src/analysis/report.js';
import type { Dataset } from '../../src/data/dataset.js';
import { toldDataset } from '../../src/data/told-dataset.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { openStore } from '../../src/store/open-store.js';
import { render } from '../../src/views/render.js';
import { FORMATS } from '../../src/views/renderer.js';
import { type ProgramOutcomeOf, recordProgramSweep, smallTable } from './recorded-sweep.js';

const TRAIN = 'train: {command: [sh, train.sh]}\n';
const HEAD = `name: own\nseeds: 3\ndata: {source: t.csv, label: y}\n${TRAIN}`;
/** Embedding 64 finds more; γ costs a little. */
const outcomeOf: ProgramOutcomeOf = ({ embedding, gamma }, seed) => {
  const found = (embedding === 64 ? 0.8 : 0.6) + seed / 500 - (Number(gamma ?? 0) > 0 ? 0.05 : 0);
  return { recalls: [found, found, found], withoutEpochs: true };
};
let table: Dataset;
let databases = 0;

beforeAll(async () => {
  table = await smallTable();
});

/** Everything that is made of a sweep of a program: its report, in every format, and what is suggested after it. */
async function seen(spec: string, dataset: Dataset = table, outcomes: ProgramOutcomeOf = outcomeOf) {
  const path = `memory:reports-of-programs-${++databases}`;
  await recordProgramSweep(path, spec, dataset, outcomes);
  const reader = await openStore(path).reader();
  const { report, spec: suggested } = await buildSuggestion(reader, 'own');
  const pages = new Map<string, string>();
  for (const format of FORMATS.report)
    pages.set(format, await render('report', report, { format, width: 200 }));
  const shown = await buildShown(reader, 'own#1');
  const comparison = await buildComparison(reader, ['own#1', 'own#2']);
  await reader.close();
  return { report, suggested, pages, shown, comparison, page: (format: string) => pages.get(format) ?? '' };
}

/** Where a page says something that it should not, without its scripts and styles. */
function found(text: string, pattern: RegExp): readonly string[] {
  const prose = text.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, '');
  return [...prose.matchAll(new RegExp(`.{0,60}(${pattern.source}).{0,60}`, `g${pattern.flags}`))].map(
    ([hit]) => hit,
  );
}

const labelsOf = ({ configurations }: SweepReport) => configurations.map(({ label }) => label);

describe('a report of a program that takes γ', () => {
  const spec = `${HEAD}parameters: {embedding: {values: [32, 64, none]}, gamma: {values: [1, 2]}}\n`;
  let own: Awaited<ReturnType<typeof seen>>;
  beforeAll(async () => {
    own = await seen(spec);
  });

  test('names its parameters, and compares with the cross-entropy that was added', () => {
    expect(labelsOf(own.report)).toContain('embedding=none gamma=2');
    expect(own.report.baseline).toMatchObject({ label: 'gamma=0 embedding=64', isCrossEntropy: true });
    expect(own.page('table')).toContain('gamma=0 embedding=64 (cross-entropy)');
    expect(own.page('table')).toMatch(/Focal loss \(γ > 0\) hurt macro-F1/);
  });

  test('is not what a launch says to predict with', () => {
    expect(keptWord('front', own.report)).toBeUndefined();
    expect(keptWord('best', own.report)).toBeUndefined();
  });

  test('knows the levels of its axes, numbers before words, and their effect', () => {
    expect(own.report.axes).toEqual([
      { knob: 'gamma', labels: ['0', '1', '2'], isNumeric: true },
      { knob: 'embedding', labels: ['32', '64', 'none'], isNumeric: false },
    ]);
    const [first] = own.report.grids[0]?.importance?.axes ?? [];
    expect(first).toMatchObject({ knob: 'embedding', matters: true, best: { value: 64 } });
  });

  test('has no curves where it tells no epochs, and asks nobody to shuffle columns', () => {
    for (const page of own.pages.values())
      expect(found(page, /Learning curves|focalsweep importance/)).toEqual([]);
  });

  test('advises without a learning rate or epochs, by a spec that keeps the program', () => {
    const ids = own.report.advice.map(({ id }) => id);
    expect(ids).toContain('idle-axis');
    const [space] = parseSpec(own.suggested ?? '').spaces;
    expect(space?.trainer).toMatchObject({ type: 'command', words: ['sh', 'train.sh'] });
  });

  test('shows a configuration and compares two, by what the program was given', () => {
    expect(own.shown).toMatchObject({ kind: 'trial', label: 'gamma=0 embedding=64' });
    expect(own.comparison.differing).toEqual(['gamma']);
  });
});

test('curves of a program that tells epochs are shown, as far as it tells them', async () => {
  const spec = `${HEAD}parameters: {embedding: {values: [32, 64]}}\n`;
  const { page } = await seen(spec, table, ({ embedding }) => ({
    recalls: Array(3).fill(embedding === 64 ? 0.8 : 0.6) as number[],
  }));
  expect(page('table')).toContain('Learning curves, mean over seeds');
  expect(found(page('html'), /Learning curves/).length).toBeGreaterThan(0);
});

describe('a named baseline', () => {
  const spec = `${HEAD}parameters: {embedding: {values: [32, 64]}, warm: {values: [true, false]}}\nbaseline: {embedding: 32, warm: true}\n`;
  let own: Awaited<ReturnType<typeof seen>>;
  beforeAll(async () => {
    own = await seen(spec);
  });

  test('is what the others are compared with', () => {
    expect(own.report.baseline?.config).toMatchObject({ embedding: 32, warm: true });
    expect(own.report.configurations.filter(({ isCrossEntropy }) => isCrossEntropy)).toHaveLength(1);
    expect(own.report.best?.versusBaseline?.ranked.verdict).toBe('better');
  });

  test.each(['table', 'md', 'html'])('is never called cross-entropy: %s', (format) => {
    const text = own.page(format);
    expect(found(text, /baseline/).length).toBeGreaterThan(0);
    expect(found(text, /cross-entropy|\bCE\b/i)).toEqual([]);
  });

  test('is named in the sentences for people', () => {
    const { choices, confirmation, loss } = own.report.headline ?? {};
    expect(confirmation).toMatch(/for the baseline \(embedding=32 warm=true\)/);
    expect(choices?.join('\n')).not.toMatch(/cross-entropy/i);
    expect(loss).toEqual([]);
  });

  test('stays in what is suggested', () => {
    expect(parseSpec(own.suggested ?? '').baseline).toEqual({ embedding: 32, warm: true });
  });
});

test('a program that takes no loss has no baseline, and the report says so and how to name one', async () => {
  const { report, page } = await seen(`${HEAD}parameters: {embedding: {values: [32, 64]}}\n`);
  expect(report.baseline).toBeNull();
  expect(report.configurations.map(({ versusBaseline }) => versusBaseline)).toEqual([null, null]);
  expect(page('table')).toMatch(/There is no baseline: .*`baseline: \{embedding: (32|64)\}`/);
  expect(report.contrasts).toEqual([]);
});

test('a value with which a program says that it diverged is advised against', async () => {
  const { report, suggested } = await seen(
    `${HEAD}parameters: {embedding: {values: [32, 64]}, gamma: {values: [0, 2]}}\n`,
    table,
    (config, seed) => (config.embedding === 64 && seed > 1 ? 'diverged' : outcomeOf(config, seed)),
  );
  const [first] = report.advice;
  expect(first).toMatchObject({ id: 'diverged', action: 'Remove 64 from embedding.' });
  expect(parseSpec(suggested ?? '').spaces[0]?.axes[0]).toMatchObject({
    knob: 'embedding',
    distribution: { type: 'constant', value: 32 },
  });
});

test('parameters that only some programs of a sweep have are a dash for the others', async () => {
  const spaces =
    'spaces:\n  - {name: small, parameters: {embedding: {values: [32, 64]}}}\n  - {name: deep, parameters: {depth: {values: [2, 4]}, note: {values: [null]}}}\n';
  const { report, pages } = await seen(`${HEAD}${spaces}`);
  const levels = new Map(report.axes.map(({ knob, labels }) => [knob, labels]));
  expect(levels.get('embedding')).toEqual(['32', '64', '—']);
  expect(levels.get('depth')).toEqual(['2', '4', '—']);
  expect(labelsOf(report)).toContain('deep: depth=2 note=null');
  for (const page of pages.values()) expect(found(page, /undefined/)).toEqual([]);
  for (const format of ['table', 'md', 'html']) expect(found(pages.get(format) ?? '', /NaN/)).toEqual([]);
});

describe('without data', () => {
  const spec = `name: own\nseeds: 4\n${TRAIN}parameters: {embedding: {values: [32, 64]}, gamma: {values: [0, 2]}}\n`;

  test('labels that a program told make a whole report', async () => {
    const labels = Uint16Array.from({ length: 150 }, (_, row) => (row % 10 === 0 ? 2 : row % 2));
    const told = toldDataset(
      { classNames: ['a', 'b', 'c'], validation: labels, test: labels },
      'sh train.sh',
    );
    const { report, pages, page } = await seen(spec, told);
    expect(report.best?.label).toBe('embedding=64 gamma=0');
    expect(report.classes.map(({ name, validationRows }) => [name, validationRows])).toEqual([
      ['a', 60],
      ['b', 75],
      ['c', 15],
    ]);
    expect(page('table')).toMatch(/150 validation rows/);
    expect(page('table')).toMatch(/nothing is known of its\s+training rows/);
    expect(page('table')).toContain('Rare classes: c.');
    for (const text of pages.values()) expect(found(text, /undefined/)).toEqual([]);
    for (const format of ['table', 'md', 'html']) expect(found(page(format), /NaN/)).toEqual([]);
  });

  test('metrics alone are ranked by their seeds, and the report says what it therefore cannot say', async () => {
    const { report, pages, page, suggested } = await seen(
      spec,
      toldDataset(null, 'sh train.sh'),
      (config, seed) => ({
        metrics: { macro_f1: (config.embedding === 64 ? 0.8 : 0.6) + seed / 100, rare_recall: 0.5 },
      }),
    );
    expect(report.best?.config).toMatchObject({ embedding: 64 });
    const { ranked, metrics } = report.best ?? {};
    expect(ranked?.mean).toBeCloseTo(0.825, 12);
    expect(ranked?.interval.low).toBeLessThan(0.825);
    expect(ranked?.interval.high).toBeGreaterThan(0.825);
    expect(metrics?.accuracy.mean).toBeNaN();
    expect(report.configurations.at(-1)?.versusBaseline?.ranked.verdict).toBe('worse');
    expect(report.classes).toEqual([]);
    const text = page('table').replaceAll(/\s+/g, ' ');
    expect(text).toContain('The program tells metrics alone, so intervals come from seeds');
    expect(text).toContain('The 95 % intervals cover the seeds alone');
    for (const format of ['table', 'md']) {
      expect(
        found(page(format), /Recall per class|Rare classes:|\b0 (validation|test) rows|draws|NaN/),
      ).toEqual([]);
    }
    expect(found(page('html'), /Confusion matrix<|NaN|undefined/)).toEqual([]);
    expect([...pages.values()].every((one) => one.length > 0)).toBe(true);
    expect(parseSpec(suggested ?? '').data).toBeNull();
  });

  test('reports of metrics alone are the same each time', async () => {
    const path = `memory:reports-of-programs-${++databases}`;
    await recordProgramSweep(path, spec, toldDataset(null, 'sh train.sh'), (config, seed) => ({
      metrics: { macro_f1: Number(config.embedding) / 100 + seed / 100 },
    }));
    const reader = await openStore(path).reader();
    const format = 'json';
    const pages = [await buildReport(reader, 'own'), await buildReport(reader, 'own')];
    const [first, second] = await Promise.all(pages.map((report) => render('report', report, { format })));
    expect(first).toBe(second);
    await reader.close();
  });
});
