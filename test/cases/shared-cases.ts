import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const cases = fileURLToPath(new URL('../../../shared/cases/', import.meta.url));
const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));

/** Whether the kept inputs are there. */
export const haveCases = existsSync(cases);
/** For the title of a test that is skipped without them. */
export const casesNote = haveCases ? '' : ' (skipped: ../shared/cases is absent)';

/** A copy of a case's files, and the command in their folder; the copy goes when the tests end. */
export function openCase(name: string) {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-case-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  if (haveCases) cpSync(join(cases, name), folder, { recursive: true });
  const focalsweep = (...args: string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
  return { folder, focalsweep };
}
