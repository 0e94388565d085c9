// Places and limits that a command cannot work with; needs compiled code.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-surroundings-'));
const SPEC = `
name: tiny
parameters: {gamma: {values: [0, 2]}}
seeds: 2
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [8]}
train: {epochs: 2}
`;

const onWindows = process.platform === 'win32';

afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => writeFileSync(join(folder, 'spec.yaml'), SPEC));

function shell(script: string): SpawnSyncReturns<string> {
  return spawnSync('sh', ['-c', script.replaceAll('focalsweep', `'${process.execPath}' '${main}'`)], {
    cwd: folder,
    encoding: 'utf8',
  });
}

/** One line of what is wrong, one of how to mend it, and no stack. */
const ONE_ERROR = /^error: .*\n {2}fix: .*\n$/m;

describe.skipIf(onWindows)('a database that cannot be kept', () => {
  it.each([
    ['memory:mine', /a database in memory would be lost/],
    [':memory:', /a database in memory would be lost/],
    [' :memory: ', /a database in memory would be lost/],
    ['/dev/null', /this is a device/],
    ['.', /this is a folder/],
    ['pipe.db', /this is a pipe/],
  ])('is refused before anything is made: --db "%s"', (db, message) => {
    spawnSync('mkfifo', ['pipe.db'], { cwd: folder });
    const before = readdirSync(folder);
    for (const command of ['launch spec.yaml', 'check']) {
      const { status, stdout, stderr } = shell(`focalsweep ${command} --db '${db}'`);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(ONE_ERROR);
      expect([status, stdout]).toEqual([4, '']);
    }
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe.skipIf(onWindows)('a working directory that was deleted', () => {
  it.each(['launch spec.yaml', 'sweeps', 'report', 'doctor'])('is said: %s', (command) => {
    mkdirSync(join(folder, 'gone'));
    const { status, stderr } = shell(`cd gone && rmdir ../gone && focalsweep ${command}`);
    expect(stderr).toMatch(/^error: the working directory was deleted\n {2}fix: .*\n$/);
    expect(status).toBe(2);
  });
});

describe.skipIf(process.platform !== 'linux')('too few file handles (Linux only)', () => {
  // From a little more than Node itself needs up to plenty: each launch fails in another place, or not at all.
  it.each([24, 26, 28, 30, 32])('are said, and blame no run: %i', (handles) => {
    const db = `handles-${handles}.db`;
    const { status, stderr } = shell(
      `ulimit -n ${handles}; focalsweep launch spec.yaml --workers 2 --db ${db}`,
    );
    expect(stderr).not.toMatch(/bug:|^ +at |failed/m);
    // Whether handles are short still when SQLite's word is explained is a matter of luck.
    expect(`${status}: ${stderr}`).toMatch(
      /^0: [\s\S]*4 trained|^2: [\s\S]*error: .*(limit of open files|EMFILE)|^4: [\s\S]*error: .*the database cannot be/,
    );
    const again = shell(`focalsweep launch spec.yaml --workers 2 --db ${db}`);
    expect(again.stdout).toMatch(/tiny: 4 of 4 runs finished/);
    expect(again.status).toBe(0);
  });
});
