import { afterAll, describe, expect, test } from 'vitest';
import { seedAdvice } from '../../src/analysis/advice/advice-seeds.js';
import {
  buildComparison,
  buildRanking,
  buildReport,
  buildShown,
  buildTrained,
} from '../../src/analysis/analysis.js';
import { type DataReport, dataReport } from '../../src/analysis/data/data-summary.js';
import type { Ranking } from '../../src/analysis/ranking/ranking.js';
import { allRowsReport } from '../../src/analysis/shown/all-rows-report.js';
import { modelCard } from '../../src/analysis/shown/model-card.js';
import { scoreReport } from '../../src/analysis/shown/score-report.js';
import { UserError } from '../../src/errors.js';
import type { Model } from '../../src/model/model.js';
import { openStore } from '../../src/store/open-store.js';
import { scoreSplit } from '../../src/train/score.js';
import { type RenderOptions, render } from '../../src/views/render.js';
import { type Contents, FORMATS, type Format, type Kind } from '../../src/views/renderer.js';
import { smallTable } from '../analysis/recorded-sweep.js';
import { recordSample } from '../analysis/sample-report.js';
import { SAMPLE_MODELS } from '../model/sample-models.js';
import { SAMPLE_IMPORTANCE } from '../store/sample-sweep.js';
import { rejection } from '../thrown.js';

const store = openStore(await recordSample());
const keeper = await store.keeper();
for (const runId of ['a0-1', 'e4-1', 'f5-1']) await keeper.recordColumnImportance(runId, SAMPLE_IMPORTANCE);
await keeper.close();
const reader = await store.reader();
afterAll(() => reader.close());
const report = await buildReport(reader);
const shown = [await buildShown(reader, 'a0-1'), await buildShown(reader, 'best')];
const { result: A_RESULT } = await reader.run('a0-1');
if (A_RESULT === null) throw new Error('the sample has no result');
const data: DataReport = dataReport(await smallTable());
const contents: { readonly [kind in Kind]: Contents[kind] | undefined } = {
  report,
  columns: report,
  ranking: await buildRanking(reader),
  comparison: await buildComparison(reader, ['a0-trial', '#1', 'sample']),
  run: shown.find(({ kind }) => kind === 'run') as Contents['run'] | undefined,
  trial: shown.find(({ kind }) => kind === 'trial') as Contents['trial'] | undefined,
  trained: await buildTrained(reader, 'a0-1'),
  allRows: allRowsReport(
    {
      model: 'mlp',
      point: { gamma: 2 },
      epochs: 3,
      classes: [{ name: 'mail', rare: false, before: 5, after: 7 }],
    },
    [{ seed: 1, before: A_RESULT, after: A_RESULT }],
  ),
  data,
  scores: scoreReport(
    scoreSplit({ predictions: Uint16Array.of(0, 1, 1) }, 'test', {
      labels: Int32Array.of(0, 1, 0),
      split: { train: new Int32Array(), validation: new Int32Array(), test: Int32Array.of(0, 1, 2) },
      classNames: ['mail', 'web'],
      rareClasses: [1],
    }),
    { classNames: ['mail', 'web'], rareClasses: [1], notes: ['A note.'] },
  ),
  card: modelCard(SAMPLE_MODELS[0] as Model, await buildRanking(reader), 'focalsweep'),
  rows: {
    columns: ['run', 'macro_f1'],
    rows: [
      ['a0-1', 0.5],
      ['b1-1', null],
    ],
  },
};

async function rendered(kind: Kind, format: Format): Promise<string> {
  const content = contents[kind];
  if (content === undefined) throw new Error(`there is no sample of a ${kind}`);
  return await render(kind, content, { format } as RenderOptions<Kind>);
}

const everything = Object.entries(FORMATS).flatMap(([kind, formats]) =>
  formats.map((format) => ({ kind: kind as Kind, format })),
);

describe('every kind in each of its formats', () => {
  test.each(everything)(
    '$kind as $format is the same text each time, and ends without a newline',
    async ({ kind, format }) => {
      const text = await rendered(kind, format);
      expect(text.length).toBeGreaterThan(20);
      expect(text).not.toMatch(/\n$|\[object/);
      expect(await rendered(kind, format)).toBe(text);
    },
  );
});

/** Commands about the results, as a reader would copy them. */
function commandsIn(text: string): readonly string[] {
  const found = text.matchAll(
    /focalsweep (?:suggest|show|importance|query|report|retry) .*?(?=`|<\/code>|&gt;| {3}#|$)/gm,
  );
  return [...found].map(([command]) => command.trimEnd());
}

describe('commands in a page, a text and Markdown', () => {
  const readable = everything.filter(
    ({ kind, format }) =>
      ['report', 'ranking', 'comparison', 'trial'].includes(kind) && ['table', 'html', 'md'].includes(format),
  );

  test.each(readable)(
    'of a $kind as $format name the database where it is not the usual one',
    async ({ kind, format }) => {
      const commands = async (db: string | undefined) => {
        const text = await render(
          kind,
          contents[kind] as never,
          { format, db, top: 1 } as RenderOptions<Kind>,
        );
        // What a page has as JSON is for programs, and the same for every database.
        return commandsIn(text.replace(/<script.*?<\/script>/gs, ''));
      };
      const plain = await commands(undefined);
      expect(plain.length).toBeGreaterThan(0);
      expect(await commands('results/focalsweep.db')).toEqual(plain);
      expect(await commands('other.db')).toEqual(plain.map((command) => `${command} --db other.db`));
    },
  );

  test('of importance, too', async () => {
    const unmeasured = { ...report, columnImportance: { ...report.columnImportance, unmeasuredRuns: 2 } };
    const text = await render('columns', unmeasured, { format: 'table', db: 'other.db' });
    expect(commandsIn(text)).toEqual(['focalsweep importance sample --db other.db']);
  });

  test.each(['table', 'html', 'md'] as const)('of advice as %s, too', async (format) => {
    const [first, second] = report.configurations.map((own) => ({ ...own, isTied: true }));
    if (first === undefined || second === undefined) throw new Error('the sample is too small');
    const unfinished = { ...first, runs: first.runs.slice(0, 1) };
    const findings = { ...report, configurations: [unfinished, second] };
    const advice = seedAdvice(findings, unfinished, { seeds: [1, 2], changes: [] });
    const text = await render('report', { ...report, advice }, { format, db: 'other.db' });
    expect(commandsIn(text)).toContain('focalsweep retry sample --failed --db other.db');
  });
});

describe('a command in a sentence', () => {
  const name = 'my_sweep*`1`';
  const named = { ...report, sweep: { ...report.sweep, name } };
  const command = String.raw`focalsweep suggest "my_sweep*\`1\`" --db my_other.db`;

  test('is not escaped in Markdown, whatever is in it', async () => {
    const text = await render('report', named, { format: 'md', db: 'my_other.db' });
    expect(text).toContain(`\n- As a spec: \`\`${command}\`\``);
    expect(text).toContain(String.raw`macro\_f1`);
  });

  test('is code in a page', async () => {
    const unmeasured = { ...named, columnImportance: { ...named.columnImportance, unmeasuredRuns: 2 } };
    const page = await render('report', unmeasured, { format: 'html', db: 'my_other.db' });
    expect(page).toContain(
      `<code>${command.replace('suggest', 'importance').replaceAll('"', '&quot;')}</code>`,
    );
  });
});

/** Below these keys names are the user's: of classes, of knobs that a later version may add. */
const VERBATIM = ['alpha', 'value'];

/** The keys of all objects, those within lists too. */
function keysOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => [
    key,
    ...(VERBATIM.includes(key) ? [] : keysOf(item)),
  ]);
}

describe('what cannot be rendered', () => {
  test.each([
    ['report', 'htlm', /no format of a report "htlm"\. Did you mean "html"\?/],
    ['ranking', 'json', /no format of a ranking "json"/],
    ['report', undefined, /no format of a report "undefined"/],
    ['reprt', 'json', /no kind of page "reprt"\. Did you mean "report"\?/],
    ['toString', 'json', /no kind of page "toString"/],
  ])('%s as %s is refused', async (kind, format, message) => {
    const error = await rejection(() => render(kind as 'report', {} as never, { format: format as 'json' }));
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });
});

describe('JSON', () => {
  const kinds = everything.flatMap(({ kind, format }) => (format === 'json' ? [kind] : []));

  test.each(kinds)('of a %s has snake_case keys alone', async (kind) => {
    const keys = keysOf(JSON.parse(await rendered(kind, 'json')));
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(key))).toEqual([]);
  });

  test.each(['report', 'comparison'] as const)('of a %s is in its page', async (kind) => {
    const page = await rendered(kind, 'html');
    const [, embedded = ''] = /<script type="application\/json" [^>]*>(.*?)<\/script>/s.exec(page) ?? [];
    expect(JSON.parse(embedded)).toEqual(JSON.parse(await rendered(kind, 'json')));
  });
});

test('a model card says what its intervals are of', async () => {
  const model = SAMPLE_MODELS[0] as Model;
  const members = model.members.map((member) => ({ ...member, runId: 'a0-1' }));
  const card = async (change: (ranking: Ranking) => Ranking) => {
    const ranking = change(await buildRanking(reader));
    const content = modelCard({ ...model, members }, ranking, 'focalsweep');
    return (await render('card', content, { format: 'md' })).replaceAll('\\', '');
  };
  expect(await card((ranking) => ranking)).toContain(
    'Intervals cover the sampling of rows (2,000 draws) and the seeds.',
  );
  const groups = { columns: ['host'], validation: '8', test: '8' };
  expect(
    await card(({ data, sweep, configurations, ...rest }) => ({
      ...rest,
      configurations: configurations.map((own) => ({
        ...own,
        ranked: { ...own.ranked, rowError: Number.NaN },
      })),
      data: { ...data, card: { ...data.card, groups } },
      sweep: { ...sweep, metric: { name: 'log_loss', goal: 'minimize' } },
    })),
  ).toContain(
    'Intervals cover the sampling of groups of host (2,000 draws) and the seeds; those of log_loss cover the seeds alone.',
  );
});
