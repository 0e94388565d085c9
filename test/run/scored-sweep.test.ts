// Sweeps that are ranked by a metric of probabilities, from real threads and databases: it runs what `npm test` has built.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  buildComparison,
  buildRanking,
  buildReport,
  openStore,
  parseSpec,
  prepareSweep,
  render,
  runSweep,
} from '../../dist/index.js';
import type { Aim } from '../../src/spec/aims.js';
import { Database } from '../../src/store/sqlite/file/driver.js';
import { temporaryFolder } from '../store/temporary-folder.js';

const folder = temporaryFolder();

const specOf = (data: string, more = '') => `
name: scored
metric: {name: average_precision}
parameters: {gamma: {values: [0, 2]}, alpha: {values: [1]}}
seeds: 2
data: {source: "builtin:malware21", rows: 900, ${data}}
model: {hidden: [8]}
train: {epochs: 4, batch_size: 64}
${more}`;

/** Trains a sweep, and returns the path of its database. */
async function launch(name: string, text: string): Promise<string> {
  const db = join(folder, `${name}.db`);
  const writer = await openStore(db).writer();
  try {
    await runSweep({ ...(await prepareSweep(parseSpec(text), { db })), writer, workers: 2 });
  } finally {
    await writer.close();
  }
  return db;
}

async function rankingOf(db: string, aims?: readonly Aim[]) {
  const reader = await openStore(db).reader();
  try {
    const ranking = await buildRanking(reader, undefined, aims && { aims });
    return { ranking, text: String(await render('ranking', ranking, { format: 'table' })) };
  } finally {
    await reader.close();
  }
}

test('its intervals cover rows, on validation and on test rows, and say so', async () => {
  const db = await launch('plain', specOf('split: {validation: 0.25, test: 0.25}'));
  const { ranking, text } = await rankingOf(db);
  for (const { ranked } of ranking.configurations) {
    expect(ranked.rowError).toBeGreaterThan(0.005);
    expect(ranked.interval.high - ranked.interval.low).toBeGreaterThan(2 * ranked.rowError);
  }
  for (const { ranked, ensemble } of ranking.confirmations) {
    expect(ranked.rowError).toBeGreaterThan(0.005);
    const { mean, interval } = ensemble?.of.get('average_precision') ?? {
      mean: 0,
      interval: { low: 1, high: 0 },
    };
    expect(interval.low).toBeLessThan(mean);
    expect(interval.high - interval.low).toBeGreaterThan(2 * 0.005);
  }
  expect(text).toContain('The 95 % intervals cover the sampling of rows (2,000 draws)');
  expect(text).not.toContain('seeds alone: on other rows');

  const reader = await openStore(db).reader();
  const compared = await buildComparison(reader, ['scored#1', 'scored#2']);
  const page = String(await render('report', await buildReport(reader), { format: 'html' }));
  await reader.close();
  // Of the ranking metric, macro-F1 and rare recall.
  expect(page.match(/<td class="n iv-cell">/g)).toHaveLength(3 * ranking.configurations.length);
  expect(compared.sides[1]?.estimates.average_precision.rowError).toBeGreaterThan(0.005);
  expect(compared.sides[1]?.estimates.brier.rowError).toBeGreaterThan(0.0005);
  expect(compared.notes[0]).not.toContain('cover the seeds alone');
});

/** Removes something from every run of a database. */
function forget(db: string, ...tables: readonly ('score_draws' | 'logits')[]): void {
  const database = new Database(db);
  for (const table of tables) {
    database.exec(`DELETE FROM ${table}; DELETE FROM checksums WHERE part = '${table}'`);
  }
  database.close();
}

test('runs without draws, as older versions recorded them, are drawn by kept logits', async () => {
  const db = await launch('older', specOf('split: {validation: 0.25, test: 0.25}', 'store_logits: true'));
  const before = await rankingOf(db);
  forget(db, 'score_draws');
  const after = await rankingOf(db);
  expect(after.text).not.toContain('cover the seeds alone');
  for (const split of ['configurations', 'confirmations'] as const) {
    for (const [at, { ranked }] of after.ranking[split].entries()) {
      const own = before.ranking[split][at]?.ranked;
      // Stored logits are rounded.
      expect(ranked.rowError).toBeCloseTo(own?.rowError ?? 0, 3);
      expect(ranked.interval.low).toBeCloseTo(own?.interval.low ?? 0, 2);
      expect(ranked.interval.high).toBeCloseTo(own?.interval.high ?? 0, 2);
    }
  }
});

test('without draws and logits they have intervals of seeds alone, and the report says so', async () => {
  const db = await launch('bare', specOf('split: {validation: 0.25, test: 0.25}'));
  forget(db, 'score_draws', 'logits');
  const { ranking, text } = await rankingOf(db);
  expect(ranking.configurations[0]?.ranked.rowError).toBeNaN();
  expect(text).toContain('The 95 % intervals of average_precision cover the seeds alone');
  const reader = await openStore(db).reader();
  const { notes } = await buildComparison(reader, ['scored#1', 'scored#2']);
  await reader.close();
  expect(notes[0]).toMatch(/those of log_loss, average_precision, .* cover the seeds alone/);
});

test.each(['', 'reshuffle: true'])(
  'an aim that is asked for later is drawn by logits, if all runs kept theirs {%s}',
  async (more) => {
    const metric = { name: 'brier', goal: 'minimize' } as const;
    const aims: readonly Aim[] = [{ name: 'sure', metric, constraints: [] }];
    const spec = specOf(`split: {validation: 0.25, test: 0.25, ${more}}`).replace(
      'average_precision',
      'macro_f1',
    );
    const asked = 'choose: [{name: sure, minimize: brier}]';
    const db = await launch(`later${more.length}`, `${spec}store_logits: true\n`);
    const { ranking, text } = await rankingOf(db, aims);
    const before = await rankingOf(await launch(`asked${more.length}`, `${spec}${asked}\n`));
    expect(text).not.toContain('cover the seeds alone');
    ranking.confirmations.forEach(({ of, ensemble }, at) => {
      const expected = before.ranking.confirmations[at];
      const pairs = [
        [of.get('brier')?.interval, expected?.of.get('brier')?.interval],
        [ensemble?.of.get('brier')?.interval, expected?.ensemble?.of.get('brier')?.interval],
      ];
      for (const [own, recorded] of pairs) {
        expect(own?.low).toBeCloseTo(recorded?.low ?? 0, 3);
        expect(own?.high).toBeCloseTo(recorded?.high ?? 0, 3);
        expect(own?.high).toBeGreaterThan((own?.low ?? 0) + 0.005);
      }
    });
    forget(db, 'logits');
    const bare = await rankingOf(db, aims);
    expect(bare.text).toMatch(/Those of brier cover the seeds alone/);
  },
);

test('where seeds have splits of their own, each draws its rows of the pool', async () => {
  const db = await launch('per-seed', specOf('split: {validation: 0.25, test: 0.25, reshuffle: true}'));
  const { ranking } = await rankingOf(db);
  expect(ranking.configurations[0]?.ranked.rowError).toBeGreaterThan(0.005);
});

test('an aim alone is enough, and a sweep that asks for nothing keeps nothing', async () => {
  const aims = 'choose: [{name: ranked well, maximize: roc_auc, constraints: {brier: {margin: 0.02}}}]';
  const text = specOf('split: {validation: 0.25, test: 0.25}', aims).replace('average_precision', 'macro_f1');
  const drawn = async (db: string) => {
    const database = new Database(db, { readonly: true });
    const rows = database
      .prepare('SELECT DISTINCT split, metric, length(draws) FROM score_draws')
      .raw()
      .all();
    database.close();
    return rows;
  };
  expect(await drawn(await launch('aims', text))).toEqual(
    ['test', 'validation'].flatMap((split) => ['brier', 'roc_auc'].map((metric) => [split, metric, 8000])),
  );
  expect(await drawn(await launch('none', text.replace(aims, '')))).toEqual([]);
});
