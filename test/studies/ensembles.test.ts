// The study of ensembles on a small table: its pieces must fit together, whatever the figures are.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-ensembles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('compares single seeds with votes and with means, by table and by model', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['studies/ensembles.mjs', '--short', '--folder', folder],
    { cwd: fileURLToPath(new URL('../../', import.meta.url)), encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  for (const [name, count] of [
    ['short', 6],
    ['networks alone', 4],
    ['trees alone', 2],
  ] as const) {
    const row = new RegExp(
      `^\\| ${name} \\| 0\\.\\d{3} (\\| [+−]0\\.\\d{3} ){4}\\| \\d of ${count} \\|$`,
      'gm',
    );
    expect(stdout.match(row)).toHaveLength(2);
  }
  // The log loss of a mean of probabilities is never above the mean of the log losses.
  expect(stdout).toMatch(/\*\*Log loss\*\* of the mean of 5: short −0\.\d{3}/);
});
