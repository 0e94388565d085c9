// Kept logits have no checksum: what a damaged database lacks of them is found by their size.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../src/errors.js';
import { openStore } from '../../src/store/open-store.js';
import { rejection } from '../thrown.js';
import { changeRaw } from './raw-changes.js';
import { complete, SAMPLE_LOGITS, sampleLogits, sampleResult, sampleSweep, started } from './sample-sweep.js';
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

test('whole logits are no problem, nor are those of the validation rows alone', async () => {
  const path = await recorded();
  expect(await check(path, false)).toEqual([]);
  changeRaw(path, 'UPDATE logits SET test = NULL');
  expect(await check(path, false)).toEqual([]);
});

describe.each([
  ['fewer rows', 'validation', 'substr(validation, 1, 30)'],
  ['half a value', 'validation', 'substr(validation, 1, 35)'],
  ['nothing', 'test', "x''"],
  ['a row too many', 'test', "test || x'000000000000'"],
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
