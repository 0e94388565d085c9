import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { plainCsv, userError } from './table-folder.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-unreadable-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'good.csv'), plainCsv(30));

const onWindows = process.platform === 'win32';

describe.skipIf(onWindows)('a source that is not a regular file is refused', () => {
  test('a pipe, by name and by a link that a glob matches', async () => {
    spawnSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync('pipe', join(folder, 'link.csv'));
    for (const source of ['pipe', 'link.csv', '*.csv', 'l*.csv']) {
      const error = await userError(loadDataset({ source }, folder));
      expect(error.message).toContain('is not a regular file');
    }
    rmSync(join(folder, 'link.csv'));
  });

  test('a device', async () => {
    const error = await userError(loadDataset({ source: '/dev/zero' }, folder));
    expect(error.message).toBe('"/dev/zero" is not a regular file');
  });
});

const memory = '/proc/self/mem';
test.skipIf(!existsSync(memory))('a file that fails when it is read is a user error', async () => {
  const error = await userError(loadDataset({ source: memory }, folder));
  expect(error.message).toMatch(/cannot be (read|opened) \(E[A-Z]+\)/);
  expect(error.where).toContain('proc/self/mem');
});

test.skipIf(process.platform !== 'linux')('too little memory for the shared array is one line', () => {
  writeFileSync(join(folder, 's.yaml'), 'name: t\ndata: {source: good.csv}\n');
  const limited = 'ulimit -v 3500000; exec "$0" "$1" data s.yaml';
  const { status, stderr } = spawnSync('bash', ['-c', limited, process.execPath, main], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/^error: .*memory.*\n {2}fix: .*\n$/);
  expect(status).toBe(2);
});
