// Files are whole or not there: these tests also run what `npm test` has built, in processes of their own.
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { dataKnobs } from '../../../src/knobs/data-knobs.js';
import type { DataFiles } from '../../../src/program.js';
import { loadFilesWithSplits, plainCsv, userError } from '../table-folder.js';
import { namesBelow } from './written-files.js';

const root = mkdtempSync(join(tmpdir(), 'focalsweep-whole-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const freshFolder = () => mkdtempSync(join(root, 'case-'));

const ZSCORE = dataKnobs({});
const load = (rows = 60) => loadFilesWithSplits({ 't.csv': plainCsv(rows) });
const pathsOf = ({ features, labels, train, validation, test: tested, table }: DataFiles) => [
  features,
  labels,
  train,
  validation,
  tested,
  table,
];
const contents = (files: DataFiles) => pathsOf(files).map((path) => readFileSync(path).toString('base64'));
const birth = (files: DataFiles) => pathsOf(files).map((path) => statSync(path).ino);

/** Writes the files of a table in another process: JSON of `DataFiles`, or the error. */
const PROGRAM = `
const [dist, source, folder] = process.argv.slice(1);
const { loadData } = await import(dist + 'data/load-dataset.js');
const { dataKnobs } = await import(dist + 'knobs/data-knobs.js');
const { writeFiles } = await loadData({ source }, '.');
try {
  process.stdout.write(JSON.stringify(await writeFiles(dataKnobs({}), 1, folder)));
} catch ({ name, message, where, fix }) {
  process.stdout.write(JSON.stringify({ name, message, where, fix }));
}`;
const dist = new URL('../../../dist/', import.meta.url).href;
const PROGRAM_ARGS = ['--input-type=module', '--eval', PROGRAM, dist];

function largeSource(): string {
  const path = join(root, 'large.csv');
  if (!existsSync(path)) writeFileSync(path, plainCsv(100_000));
  return path;
}

describe('files that are there', () => {
  test('are used as they are, also by another launch', async () => {
    const [one, two] = await Promise.all([load(), load()]);
    const folder = freshFolder();
    const files = await one.writeFiles(ZSCORE, 1, folder);
    const before = birth(files);
    expect(await one.writeFiles(ZSCORE, 1, folder)).toEqual(files);
    expect(await two.writeFiles(ZSCORE, 1, folder)).toEqual(files);
    expect(birth(files)).toEqual(before);
  });

  test('cannot be written by programs', async () => {
    const { writeFiles } = await load();
    const files = await writeFiles(ZSCORE, 1, freshFolder());
    for (const path of pathsOf(files)) expect(statSync(path).mode & 0o222).toBe(0);
  });

  test.each([
    ['cut short', (path: string) => truncateSync(path, 70)],
    ['gone', (path: string) => rmSync(path)],
  ])('are written again where one is %s', async (_what, damage) => {
    const { writeFiles } = await load();
    const folder = freshFolder();
    const files = await writeFiles(ZSCORE, 1, folder);
    const [whole, names] = [contents(files), namesBelow(folder)];
    for (const path of pathsOf(files)) {
      chmodSync(path, 0o644);
      damage(path);
      expect(await writeFiles(ZSCORE, 1, folder)).toEqual(files);
      expect(contents(files)).toEqual(whole);
      expect(namesBelow(folder)).toEqual(names);
    }
  });

  test.each(['', 'null', '{}', '{"bytes":{}}', '[1'])(
    'are written again where their list is "%s"',
    async (text) => {
      const { writeFiles } = await load();
      const folder = freshFolder();
      const files = await writeFiles(ZSCORE, 1, folder);
      const whole = contents(files);
      for (const path of [files.features, files.labels]) {
        const list = join(dirname(path), 'complete.json');
        chmodSync(list, 0o644);
        writeFileSync(list, text);
      }
      expect(await writeFiles(ZSCORE, 1, folder)).toEqual(files);
      expect(contents(files)).toEqual(whole);
    },
  );

  test('are written again after a program deleted the folder', async () => {
    const { writeFiles } = await load();
    const folder = freshFolder();
    const files = await writeFiles(ZSCORE, 1, folder);
    const whole = contents(files);
    rmSync(folder, { recursive: true });
    expect(await writeFiles(ZSCORE, 1, folder)).toEqual(files);
    expect(contents(files)).toEqual(whole);
  });
});

describe('several at once', () => {
  test('in one process write each set once', async () => {
    const [one, two] = await Promise.all([load(), load()]);
    const folder = freshFolder();
    const other = dataKnobs({ normalize: 'none' });
    const [files, ...same] = await Promise.all([
      one.writeFiles(ZSCORE, 1, folder),
      one.writeFiles(ZSCORE, 2, folder),
      two.writeFiles(ZSCORE, 1, folder),
      one.writeFiles(other, 1, folder),
    ]);
    expect(same.slice(0, 2)).toEqual([files, files]);
    expect(readdirSync(join(folder, readdirSync(folder)[0] as string))).toHaveLength(3);
  });

  test('in several processes end with the same whole files', async () => {
    const folder = freshFolder();
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, [...PROGRAM_ARGS, largeSource(), folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const said = await Promise.all(
      children.map(async (child) => {
        let text = '';
        child.stdout.on('data', (piece) => {
          text += piece;
        });
        await once(child, 'close');
        return JSON.parse(text) as DataFiles;
      }),
    );
    const [files] = said as [DataFiles];
    for (const one of said) expect(one).toEqual(files);
    expect(namesBelow(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
    const { writeFiles } = await loadFilesWithSplits({ 't.csv': readFileSync(largeSource()) });
    const alone = await writeFiles(ZSCORE, 1, freshFolder());
    expect(contents(files)).toEqual(contents(alone));
  });
});

describe('a process that is killed', () => {
  test('leaves nothing that is used, and the next one takes it away', async () => {
    const { writeFiles } = await load();
    const folder = freshFolder();
    const files = await writeFiles(ZSCORE, 1, folder);
    const whole = contents(files);
    const names = namesBelow(folder);
    const gone = spawnSync(process.execPath, ['--version']).pid;
    for (const path of [files.features, files.labels]) {
      const set = dirname(path);
      rmSync(set, { recursive: true });
      const half = `${set}.unfinished-${gone}-0-0@${hostname()}`;
      mkdirSync(half);
      writeFileSync(join(half, 'features.npy'), 'half');
    }
    const elsewhere = `${dirname(files.labels)}.unfinished-${gone}-0-0@another-machine`;
    mkdirSync(elsewhere);
    expect(await writeFiles(ZSCORE, 1, folder)).toEqual(files);
    expect(contents(files)).toEqual(whole);
    expect(existsSync(elsewhere)).toBe(true);
    rmSync(elsewhere, { recursive: true });
    expect(namesBelow(folder)).toEqual(names);
  });

  test.skipIf(process.platform === 'win32')('in the middle is no harm', async () => {
    const folder = freshFolder();
    const child = spawn(process.execPath, [...PROGRAM_ARGS, largeSource(), folder], { stdio: 'ignore' });
    const ended = once(child, 'close');
    const hasBegun = () => namesBelow(folder).some((name) => name.includes('unfinished'));
    while (!hasBegun() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill('SIGKILL');
    await ended;
    const { writeFiles } = await loadFilesWithSplits({ 't.csv': readFileSync(largeSource()) });
    const files = await writeFiles(ZSCORE, 1, folder);
    expect(contents(files)).toEqual(contents(await writeFiles(ZSCORE, 1, freshFolder())));
    expect(namesBelow(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
  });
});

describe('a folder that cannot be written', () => {
  test.skipIf(process.platform === 'win32')(
    'because the disk has no room is a user error, and nothing half is left',
    () => {
      const folder = freshFolder();
      const limited: SpawnSyncReturns<string> = spawnSync(
        'sh',
        ['-c', 'ulimit -f 1000; exec "$0" "$@"', process.execPath, ...PROGRAM_ARGS, largeSource(), folder],
        { encoding: 'utf8' },
      );
      const error = JSON.parse(limited.stdout);
      expect(error).toMatchObject({
        name: 'UserError',
        message: 'there is no room for the data that programs read (EFBIG)',
        fix: expect.stringContaining('Free some space'),
      });
      expect(error.where.startsWith(folder)).toBe(true);
      expect(
        namesBelow(folder).filter((name) => name.includes('split') || name.includes('features')),
      ).toEqual([]);
    },
  );

  test('because a file has its name is a user error that names it', async () => {
    const folder = join(freshFolder(), 'data');
    writeFileSync(folder, '');
    const { writeFiles } = await load();
    const error = await userError(writeFiles(ZSCORE, 1, folder));
    expect(error.message).toMatch(/^the data that programs read cannot be written \(E[A-Z]+\)$/);
    expect(error.where?.startsWith(folder)).toBe(true);
  });
});
