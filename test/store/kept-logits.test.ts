// Kept logits: what is lost or changed of them is found by their size and their checksums.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../src/errors.js';
import { openStore } from '../../src/store/open-store.js';
import { Database } from '../../src/store/sqlite/file/driver.js';
import { rejection } from '../thrown.js';
import { changeRaw } from './raw-changes.js';
import {
  complete,
  DEFAULT_TRIALS,
  LEADERS,
  SAMPLE_LOGITS,
  sampleLogits,
  sampleResult,
  sampleSweep,
  started,
} from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
let databases = 0;

/** A database with two results and their logits. */
async function recorded(): Promise<string> {
  const path = join(folder, `${databases++}.db`);
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep({ seeds: [1] }));
  for (const runId of ['aa-1', 'bb-1']) {
    const logits = { validationLogits: SAMPLE_LOGITS, testLogits: sampleLogits(3) };
    await writer.record([started(runId), complete({ ...sampleResult(runId, 0.5), ...logits })]);
  }
  await writer.close();
  return path;
}

async function check(path: string, repair: boolean) {
  const keeper = await openStore(path).keeper();
  try {
    return (await keeper.check({ repair })).problems;
  } finally {
    await keeper.close();
  }
}

/** Logits have no checksums any more, as those that older versions recorded. */
const forgetSums = (path: string) => changeRaw(path, "DELETE FROM checksums WHERE part LIKE '% logits'");

const sumsOf = (path: string) => {
  const raw = new Database(path, { readonly: true });
  const sums = raw.prepare(
    "SELECT owner, part FROM checksums WHERE part LIKE '% logits' ORDER BY owner, part",
  );
  const rows = sums.raw().all() as [run: string, part: string][];
  raw.close();
  return rows;
};

test('whole logits are no problem, nor are those of the validation rows alone', async () => {
  const path = await recorded();
  expect(await check(path, false)).toEqual([]);
  forgetSums(path);
  changeRaw(path, 'UPDATE logits SET test = NULL');
  expect(await check(path, false)).toEqual([]);
});

test('logits that an older version recorded have no checksum, and get none by being read, checked or merged', async () => {
  const [path, other] = [await recorded(), join(folder, `${databases++}.db`)];
  forgetSums(path);
  const reader = await openStore(path).reader();
  expect(await reader.logits('aa-1', 'validation')).toEqual(SAMPLE_LOGITS);
  await reader.close();
  expect(await check(path, true)).toEqual([]);
  await (await openStore(other).writer()).close();
  const keeper = await openStore(other).keeper();
  await keeper.merge({ from: path });
  await keeper.close();
  expect(await check(other, false)).toEqual([]);
  expect([sumsOf(path), sumsOf(other)]).toEqual([[], []]);
});

test('checksums of logits go with them: where they are pruned, repaired or deleted', async () => {
  const path = await recorded();
  const both = ['aa-1', 'bb-1'].flatMap((run) => [
    [run, 'test logits'],
    [run, 'validation logits'],
  ]);
  expect(sumsOf(path)).toEqual(both);
  const worse = ['cc-1', 'dd-1'];
  const better = LEADERS.map(({ trialId }) => `${trialId.slice(0, 2)}-1`);
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep({ seeds: [1], trials: [...DEFAULT_TRIALS, ...LEADERS] }));
  for (const runId of [...worse, ...better]) {
    const result = {
      ...sampleResult(runId, better.includes(runId) ? 0.8 : 0.1),
      validationLogits: SAMPLE_LOGITS,
    };
    await writer.record([started(runId), complete(result)]);
  }
  await writer.close();
  expect(sumsOf(path).map(([run]) => run)).not.toContain('cc-1');
  expect(new Set(sumsOf(path).map(([run]) => run))).toEqual(new Set(['aa-1', ...better]));
  expect(await check(path, false)).toEqual([]);
  changeRaw(path, "UPDATE logits SET validation = zeroblob(36) WHERE run_id = 'ee-1'");
  await check(path, true);
  expect(sumsOf(path).map(([run]) => run)).not.toContain('ee-1');
  const keeper = await openStore(path).keeper();
  await keeper.deleteSweep('sample');
  await keeper.close();
  expect(sumsOf(path)).toEqual([]);
});

test('checksums without logits, which an older version may have removed, are no problem, and new logits replace them', async () => {
  const path = await recorded();
  changeRaw(path, "DELETE FROM logits; UPDATE checksums SET crc = 1 WHERE part LIKE '% logits'");
  expect(await check(path, false)).toEqual([]);
  const reader = await openStore(path).reader();
  expect(await reader.logits('aa-1', 'validation')).toBeNull();
  await reader.close();
  const keeper = await openStore(path).keeper();
  await keeper.merge({ from: await recorded() });
  await keeper.close();
  expect(await check(path, false)).toEqual([]);
  const again = await openStore(path).reader();
  expect(await again.logits('aa-1', 'validation')).toEqual(SAMPLE_LOGITS);
  await again.close();
});

describe.each([
  ['fewer rows', 'validation', 'substr(validation, 1, 30)'],
  ['half a value', 'validation', 'substr(validation, 1, 35)'],
  ['nothing', 'test', "x''"],
  ['a row too many', 'test', "test || x'000000000000'"],
  ['another value', 'validation', "cast(substr(validation, 1, 35) || x'01' AS BLOB)"],
  ['another value', 'test', "cast(x'01' || substr(test, 2) AS BLOB)"],
  ['no value any more', 'test', 'NULL'],
] as const)('logits with %s', (_name, split, value) => {
  const problem = (repaired: boolean) => [{ what: 'the logits of run aa-1 are damaged', repaired }];

  test('are found and refused, and a repair removes them alone', async () => {
    const path = await recorded();
    changeRaw(path, `UPDATE logits SET ${split} = ${value} WHERE run_id = 'aa-1'`);
    const reader = await openStore(path).reader();
    const fingerprint = await reader.fingerprint('sample');
    expect(await rejection(() => reader.logits('aa-1', split))).toMatchObject({
      message: 'the database is damaged: the logits of run aa-1 are corrupt',
      where: path,
      fix: `\`focalsweep check --repair --db ${path}\` removes them; the result stays.`,
      exitCode: EXIT.database,
    });
    expect(await check(path, false)).toEqual(problem(false));
    expect(await check(path, true)).toEqual(problem(true));
    expect(await check(path, false)).toEqual([]);
    expect([await reader.logits('aa-1', split), await reader.fingerprint('sample')]).toEqual([
      null,
      fingerprint,
    ]);
    expect(await reader.logits('bb-1', 'validation')).toEqual(SAMPLE_LOGITS);
    await reader.close();
  });
});

test('the logits of a damaged result go with it', async () => {
  const path = await recorded();
  changeRaw(path, "UPDATE predictions SET classes = substr(classes, 1, 2) WHERE run_id = 'aa-1'");
  const problem = (repaired: boolean) => [
    { what: 'the result of run aa-1 does not match its checksum', repaired },
  ];
  expect(await check(path, false)).toEqual(problem(false));
  expect(await check(path, true)).toEqual(problem(true));
  expect(await check(path, false)).toEqual([]);
  const reader = await openStore(path).reader();
  expect(await reader.logits('aa-1', 'validation')).toBeNull();
  await reader.close();
});

test('predictions without a checksum are a damaged result', async () => {
  const path = await recorded();
  changeRaw(path, "DELETE FROM checksums WHERE part = 'predictions' AND owner = 'bb-1'");
  expect(await check(path, false)).toEqual([
    { what: 'the result of run bb-1 does not match its checksum', repaired: false },
  ]);
});
