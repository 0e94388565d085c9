// One flipped byte in whatever a database keeps as bytes is found, and what is copied to another database is found there, too.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeRunFile } from '../../src/model/file/handed-file.js';
import { openStore } from '../../src/store/open-store.js';
import { Database } from '../../src/store/sqlite/file/driver.js';
import type { StoreEvent } from '../../src/store/store.js';
import type { RunResult } from '../../src/sweep.js';
import { rejection } from '../thrown.js';
import { describeServer, schemaOf } from './postgres-server.js';
import {
  complete,
  SAMPLE_LOGITS,
  sampleDataset,
  sampleLogits,
  sampleResult,
  sampleSweep,
  sampleTrial,
  started,
} from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
let databases = 0;
const freshPath = () => join(folder, `${++databases}.db`);
const TRIALS = [sampleTrial('aa', { gamma: 0 }, true)];
const RUNS = ['aa-1', 'aa-2'];
const SWEEP = sampleSweep({
  trials: TRIALS,
  dataset: {
    ...sampleDataset(),
    validationRows: new Map([1, 2].map((seed) => [seed, Uint32Array.from({ length: 6 }, (_, at) => at)])),
  },
});

/** A finished sweep whose two runs have everything that is kept as bytes. */
async function recorded(path: string): Promise<string> {
  const writer = await openStore(path).writer();
  await writer.open(SWEEP);
  for (const [at, runId] of RUNS.entries()) {
    const own = (logits: Uint16Array): Uint16Array => logits.map((logit) => logit ^ at);
    const logits = { validationLogits: own(SAMPLE_LOGITS), testLogits: own(sampleLogits(3)) };
    const scoreDraws: RunResult['scoreDraws'] = {
      validation: new Map([['roc_auc', Float32Array.of(at, 0.5, 1)]]),
      test: new Map(),
    };
    const result = { ...sampleResult(runId, 0.5), ...logits, scoreDraws };
    const model = encodeRunFile({ runId, name: 'm.bin', bytes: Buffer.from(`the weights of ${runId}`) });
    const log = Buffer.from(`epoch 1 of ${runId}\n`);
    await writer.record([
      started(runId),
      { type: 'log', runId, log },
      { ...complete(result), model } as StoreEvent,
    ]);
  }
  await writer.close();
  return path;
}

async function problemsOf(place: string, repair = false): Promise<readonly string[]> {
  const keeper = await openStore(place).keeper();
  const { problems } = await keeper.check({ repair });
  await keeper.close();
  return problems.map(({ what }) => what);
}

async function merged(from: string, to: string): Promise<void> {
  const target = openStore(to);
  await (await target.writer()).close();
  const keeper = await target.keeper();
  try {
    await keeper.merge({ from });
  } finally {
    await keeper.close();
  }
}

/** What is kept for workers of a queue, which a finished sweep has no more: each file of it has a checksum in itself. */
const OF_QUEUES = ['shipped_files.gzip', 'checkpoints.file'];

/** Every column of bytes, with the number of its values. */
function byteColumns(database: InstanceType<typeof Database>): ReadonlyMap<string, number> {
  const columns = database
    .prepare(
      `SELECT tables.name || '.' || columns.name AS named, tables.name AS "table", columns.name AS "column"
       FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
       WHERE tables.type = 'table' AND columns.type = 'BLOB' ORDER BY named`,
    )
    .all() as readonly { readonly named: string; readonly table: string; readonly column: string }[];
  const count = (table: string, column: string) =>
    database.prepare(`SELECT count(${column}) FROM ${table}`).pluck().get() as number;
  return new Map(columns.map(({ named, table, column }) => [named, count(table, column)]));
}

/** Flips a bit of the first value of a column: of its first byte, of that in the middle, or of the last one. */
function flip(path: string, named: string, where: 0 | 0.5 | 1): void {
  const [table = '', column = ''] = named.split('.');
  const raw = new Database(path);
  const row = raw.prepare(`SELECT ${column} AS bytes FROM ${table} LIMIT 1`).get() as {
    readonly bytes: Buffer;
  };
  const bytes = Buffer.from(row.bytes);
  const at = Math.round(where * (bytes.length - 1));
  bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
  raw.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${column} = ?`).run(bytes, row.bytes);
  raw.close();
}

test('`check` finds a flipped byte in every column of bytes of a finished sweep', async () => {
  const path = await recorded(freshPath());
  expect(await problemsOf(path)).toEqual([]);
  const raw = new Database(path);
  const columns = byteColumns(raw);
  const empty = [...columns].filter(([, values]) => values === 0).map(([named]) => named);
  expect(new Set(empty)).toEqual(new Set(OF_QUEUES));
  const found: (readonly [string, number])[] = [];
  for (const named of [...columns.keys()].filter((name) => !OF_QUEUES.includes(name))) {
    for (const where of [0, 0.5, 1] as const) {
      const copy = freshPath();
      raw.prepare('VACUUM INTO ?').run(copy);
      flip(copy, named, where);
      found.push([`${named} at ${where}`, (await problemsOf(copy)).length]);
    }
  }
  raw.close();
  expect(found).toHaveLength(3 * (columns.size - 2));
  expect(found.filter(([, problems]) => problems === 0)).toEqual([]);
});

test('a damaged log is refused, and a repair removes it alone', async () => {
  const path = await recorded(freshPath());
  flip(path, 'run_logs.log', 1);
  const reader = await openStore(path).reader();
  expect(await rejection(() => reader.log('aa-1'))).toMatchObject({
    message: 'the database is damaged: the log of run aa-1 is corrupt',
    fix: expect.stringContaining('removes it; the result stays'),
  });
  expect(await problemsOf(path, true)).toEqual(['the log of run aa-1 is damaged']);
  expect(await problemsOf(path)).toEqual([]);
  expect([await reader.log('aa-1'), await reader.log('aa-2')]).toEqual([null, 'epoch 1 of aa-2\n']);
  expect((await reader.runs('sample')).length).toBe(2);
  await reader.close();
});

test.each([
  ['logits.test', 'the logits of run aa-1 are corrupt'],
  ['models.file', 'the model of run aa-1 is corrupt'],
  ['run_logs.log', 'the log of run aa-1 is corrupt'],
  ['score_draws.draws', 'run aa-1 is corrupt'],
])('%s with a flipped byte is not merged, and nothing else is', async (named, damage) => {
  const [source, path] = [await recorded(freshPath()), freshPath()];
  flip(source, named, 0.5);
  expect(await rejection(() => merged(source, path))).toMatchObject({
    message: `the database is damaged: ${damage}`,
    where: source,
    fix: expect.stringContaining(`--db ${source}`),
  });
  const reader = await openStore(path).reader();
  expect(await reader.sweeps()).toEqual([]);
  await reader.close();
  await problemsOf(source, true);
  await merged(source, path);
  expect(await problemsOf(path)).toEqual([]);
});

test('where a database has logits already, damaged ones of another are not copied and do not matter', async () => {
  const [source, path] = [await recorded(freshPath()), await recorded(freshPath())];
  flip(source, 'logits.validation', 0);
  await merged(source, path);
  expect(await problemsOf(path)).toEqual([]);
});

test.each(['logits.validation', 'logits.test', 'models.file', 'run_logs.log', 'score_draws.draws'])(
  'a flipped byte of %s is found in a merged database',
  async (named) => {
    const [source, path] = [await recorded(freshPath()), freshPath()];
    await merged(source, path);
    expect(await problemsOf(path)).toEqual([]);
    flip(path, named, 0.5);
    expect(await problemsOf(path)).toHaveLength(1);
  },
);

describeServer('on a server', (server) => {
  test.each([
    ['logits', 'validation'],
    ['logits', 'test'],
    ['models', 'file'],
    ['run_logs', 'log'],
  ] as const)(
    'a flipped byte of %s.%s is found, there and in the file that is copied back',
    async (table, column) => {
      const [source, url, back] = [await recorded(freshPath()), server.freshUrl(), freshPath()];
      await merged(source, url);
      await merged(url, back);
      expect([await problemsOf(url), await problemsOf(back)]).toEqual([[], []]);
      const place = `${schemaOf(url)}.${table}`;
      server.psql(
        `UPDATE ${place} SET ${column} = set_byte(${column}, 15, get_byte(${column}, 15) # 4) WHERE run_id = 'aa-1'`,
      );
      flip(back, `${table}.${column}`, 0.5);
      const [there, here] = [await problemsOf(url), await problemsOf(back)];
      expect(there).toEqual(here);
      expect(here).toEqual([expect.stringMatching(/of run aa-1 (is|are) damaged$/)]);
      expect(await problemsOf(url, true)).toEqual(here);
      expect(await problemsOf(url)).toEqual([]);
    },
  );
});
