// Cases of ../shared: what their expect.txt calls right; needs compiled code.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { MAIN, stateCounts, workFolder } from '../reliability/launched-sweep.js';

const cases = fileURLToPath(new URL('../../../shared/cases/', import.meta.url));
const haveCases = existsSync(cases);
const note = haveCases ? '' : ' (skipped: ../shared/cases is absent)';
const canRun = haveCases && process.platform === 'linux';
const parent = workFolder();
const FOCALSWEEP = `'${process.execPath}' '${MAIN}'`;

/** Runs a shell script in a copy of the case's folder. */
function inCopyOf(name: string, script: string): SpawnSyncReturns<string> & { readonly folder: string } {
  const folder = join(parent, name);
  cpSync(join(cases, name), folder, { recursive: true });
  return { ...spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' }), folder };
}

it.skipIf(!canRun)(`11-stderr-reader-gone${note}`, () => {
  const { folder } = inCopyOf(
    '11-stderr-reader-gone',
    `(${FOCALSWEEP} launch s.yaml --workers 1 2>&1 </dev/null; echo "rc $?" >rc.txt) | head -n 3`,
  );
  expect(readFileSync(join(folder, 'rc.txt'), 'utf8')).toBe('rc 0\n');
  expect(stateCounts(folder)).toEqual({ complete: 18 });
});

it.skipIf(!canRun)(`12-full-disk-stdout${note}`, () => {
  const { status, stderr } = inCopyOf(
    '12-full-disk-stdout',
    `${FOCALSWEEP} launch s.yaml --workers 1 >/dev/null 2>&1; ${FOCALSWEEP} query full --format csv >/dev/full`,
  );
  expect(stderr).toMatch(/^error: .*ENOSPC/);
  expect(status).toBe(74);
});
