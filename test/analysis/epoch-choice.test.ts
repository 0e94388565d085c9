// What reports say of how the epochs of runs were chosen, by the version of what trained them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildComparison, buildRanking, buildReport, buildShown } from '../../src/analysis/analysis.js';
import { epochChoice } from '../../src/analysis/epoch-choice.js';
import { KNOB_DEFAULTS } from '../../src/knobs/knobs.js';
import { openStore } from '../../src/store/open-store.js';
import { render } from '../../src/views/render.js';
import { temporaryFolder } from '../store/temporary-folder.js';
import { recordSweep, smallTable } from './recorded-sweep.js';

const folder = temporaryFolder();
const WARNING =
  /The best epoch of these runs was chosen on the rows that score it, which flatters; launch again/;
const SCORES = /Each tenth of the validation rows is scored at the epoch that the other rows chose/;
/** A text in one line, as a terminal’s breaks are anywhere. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

/** Every page on which scores of the sweep stand, by its name. */
async function pages(path: string, sweep: string): Promise<Readonly<Record<string, string>>> {
  const reader = await openStore(path).reader();
  const report = await buildReport(reader, sweep);
  const [run] = await reader.runs(sweep);
  const [shownRun, shownTrial] = [
    await buildShown(reader, run?.runId ?? ''),
    await buildShown(reader, run?.trialId ?? ''),
  ];
  if (shownRun.kind !== 'run' || shownTrial.kind !== 'trial') throw new Error('other kinds were found');
  const comparison = await buildComparison(reader, [sweep, run?.trialId ?? '']);
  const ranking = await buildRanking(reader, sweep);
  await reader.close();
  return {
    table: oneLine(await render('report', report, { format: 'table' })),
    markdown: oneLine(await render('report', report, { format: 'md' })),
    html: oneLine(await render('report', report, { format: 'html' })),
    json: await render('report', report, { format: 'json' }),
    launch: oneLine(await render('ranking', ranking, { format: 'table' })),
    run: oneLine(await render('run', shownRun, { format: 'table' })),
    'run as json': await render('run', shownRun, { format: 'json' }),
    trial: oneLine(await render('trial', shownTrial, { format: 'table' })),
    'trial as json': await render('trial', shownTrial, { format: 'json' }),
    comparison: oneLine(await render('comparison', comparison, { format: 'table' })),
  };
}

const saying = (of: Readonly<Record<string, string>>, sentence: RegExp): readonly string[] =>
  Object.keys(of).filter((name) => sentence.test(of[name] ?? ''));

describe('a sweep of a version that chose epochs on the rows that score them', () => {
  it.each([1, 4, 7])('is marked wherever its scores stand: schema %i', async (schema) => {
    const path = join(folder, `schema-${schema}.db`);
    const kept = new URL(`../store/fixtures/schema-${schema}.db.gz`, import.meta.url);
    writeFileSync(path, gunzipSync(readFileSync(fileURLToPath(kept))));
    const all = await pages(path, 'old');
    expect(saying(all, WARNING)).toEqual(Object.keys(all));
    expect(saying(all, SCORES)).toEqual([]);
  });
});

describe('a sweep of this version', () => {
  const spec = (rest: string): string =>
    `name: new\nparameters: {gamma: {values: [0, 2]}}\nseeds: 2\ndata: {source: table.csv}\n${rest}`;
  const outcome = () => ({ recalls: [0.9, 0.8, 0.5] });

  it('is not marked, and says how scores differ from curves where both stand', async () => {
    const path = join(folder, 'new.db');
    await recordSweep(path, spec(''), await smallTable(), outcome);
    const all = await pages(path, 'new');
    expect(saying(all, WARNING)).toEqual([]);
    expect(saying(all, SCORES)).toEqual([
      'table',
      'markdown',
      'html',
      'json',
      'run',
      'run as json',
      'trial as json',
    ]);
  });

  it('says neither where the last epoch is kept', async () => {
    const path = join(folder, 'last.db');
    await recordSweep(path, spec('train: {select: last}\n'), await smallTable(), outcome);
    const all = await pages(path, 'new');
    expect([...saying(all, WARNING), ...saying(all, SCORES)]).toEqual([]);
  });
});

describe('the id of a trainer', () => {
  const best = [{ ...KNOB_DEFAULTS, select: 'best' as const }];

  it.each(['native/addon@1', 'native/wasm@2', 'tfjs/cpu@1', 'tfjs/node-gpu@1'])('%s flatters', (engine) => {
    expect(epochChoice(engine, best)).toMatchObject({
      warning: expect.stringMatching(WARNING),
      curves: null,
    });
  });

  it.each(['native/addon@3', 'native/wasm@12', 'tfjs/wasm@2', 'tfjs/cpu@10'])('%s does not', (engine) => {
    expect(epochChoice(engine, best)).toMatchObject({ warning: null, curves: expect.stringMatching(SCORES) });
  });

  it('of trees does not, and speaks of rounds', () => {
    const { warning, curves } = epochChoice('trees@1', [
      { ...KNOB_DEFAULTS, select: 'best', model: 'trees' },
    ]);
    expect(warning).toBeNull();
    expect(curves).toMatch(/scored at the round that the other rows chose/);
  });

  it('of somebody else’s says nothing', () => {
    expect(epochChoice('majority@1', best)).toEqual({ warning: null, curves: null });
  });
});
