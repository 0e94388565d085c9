// Cases of ../shared: what their expect.txt calls right; needs compiled code.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MAIN, stateCounts } from '../reliability/launched-sweep.js';
import { casesNote, haveCases, openCase } from './shared-cases.js';

const canRun = haveCases && process.platform === 'linux';
const FOCALSWEEP = `'${process.execPath}' '${MAIN}'`;

/** Runs a shell script in a copy of the case's folder. */
function inCopyOf(name: string, script: string) {
  const { folder } = openCase(name);
  return { ...spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' }), folder };
}

it.skipIf(!canRun)(`11-stderr-reader-gone${casesNote}`, () => {
  const { folder } = inCopyOf(
    '11-stderr-reader-gone',
    `(${FOCALSWEEP} launch s.yaml --workers 1 2>&1 </dev/null; echo "rc $?" >rc.txt) | head -n 3`,
  );
  expect(readFileSync(join(folder, 'rc.txt'), 'utf8')).toBe('rc 0\n');
  expect(stateCounts(folder)).toEqual({ complete: 18 });
});

it.skipIf(!canRun)(`12-full-disk-stdout${casesNote}`, () => {
  const { status, stderr } = inCopyOf(
    '12-full-disk-stdout',
    `${FOCALSWEEP} launch s.yaml --workers 1 >/dev/null 2>&1; ${FOCALSWEEP} query full --format csv >/dev/full`,
  );
  expect(stderr).toMatch(/^error: .*ENOSPC/);
  expect(status).toBe(74);
});
