import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-importance-'));

function focalsweep(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
}

/** The class follows from `says` alone; `kind` are categories, and `other` is a number. */
function table(shift: number): string {
  const rows = Array.from({ length: 400 }, (_, row) => {
    const rare = (row * 7 + shift) % 5 === 0;
    return `${rare ? 3 : 1}${(row * 31) % 10},${'xyz'[(row * 13) % 3]},${(row * 17) % 23},${rare ? 'bad' : 'good'}`;
  });
  return ['says,kind,other,family', ...rows].join('\n');
}

const SPEC = `
parameters: {gamma: {values: [0, 1]}}
seeds: 2
data: {source: t.csv, label: family}
`;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['trees', 'model: {type: trees}\ntrain: {epochs: 8, learning_rate: 0.3}'],
  ['network', 'model: {hidden: [8]}\ntrain: {epochs: 12, learning_rate: 0.02}'],
])('focalsweep importance of %s', (name, model) => {
  const db = `${name}.db`;
  let fingerprint = '';
  let launched: SpawnSyncReturns<string>;
  let measured: SpawnSyncReturns<string>;
  beforeAll(() => {
    writeFileSync(join(folder, 't.csv'), table(0));
    writeFileSync(join(folder, `${name}.yaml`), `name: ${name}${SPEC}${model}\n`);
    launched = focalsweep('launch', `${name}.yaml`, '--db', db, '--verbose');
    expect(launched.status).toBe(0);
    fingerprint = focalsweep('fingerprint', name, '--db', db).stdout;
    measured = focalsweep('importance', '--db', db);
  });

  it('follows a sweep whose trees grow in rounds, and networks train in epochs', () => {
    const [word, other] = name === 'trees' ? ['round', 'epoch'] : ['epoch', 'round'];
    const kept = name === 'trees' ? 'trees up to round' : 'weights of epoch';
    const Word = word === 'round' ? 'Round' : 'Epoch';
    expect(launched.stderr).toContain(`\n${Word} 2 Results:\n`);
    expect(launched.stderr).toMatch(new RegExp(`, ${kept} \\d+ of \\d+, `));
    const said = [
      focalsweep('plan', `${name}.yaml`, '--db', db),
      focalsweep('report', '--db', db),
      focalsweep('show', 'best', '--db', db),
      focalsweep('report', '--db', db, '--format', 'html', '--out', 'page.html'),
    ].map(({ stdout }) => stdout);
    expect(said[0]).toMatch(new RegExp(`at most \\d+ ${word}s`));
    expect(said[1]).toMatch(new RegExp(`macro_f1 by ${word} .*chosen ${word}s`));
    expect(said[1]).toContain(`scored at the ${word} that the other rows chose`);
    expect(said[2]).toMatch(new RegExp(`  ${word}s\\n`));
    const [, charts = ''] = readFileSync(join(folder, 'page.html'), 'utf8').split('id="curves"');
    expect(charts).toMatch(new RegExp(`Kept: ${word}s? \\d`));
    expect(charts).not.toMatch(new RegExp(`Kept: ${other}`));
  });

  it('trains the shown runs once more and says which columns matter', () => {
    expect(measured.stderr).toContain('Measured 4 of 4 runs.');
    expect(measured.stdout).toMatch(/Which columns matter, by what scores lose without them/);
    expect(measured.stdout).toMatch(/\nsays +0\.[3-6]\d\d /);
    expect(measured.status).toBe(0);
  });

  it('does so once, and changes no result', () => {
    const again = focalsweep('importance', name, '--db', db);
    expect([again.stdout, again.stderr]).toEqual([measured.stdout, '']);
    expect(focalsweep('fingerprint', name, '--db', db).stdout).toBe(fingerprint);
    expect(focalsweep('check', '--db', db).status).toBe(0);
  });

  it('is in the report and can be read with SQL', () => {
    expect(focalsweep('report', '--db', db).stdout).toContain('Which columns matter, by what scores lose');
    const asked = 'select column_name, count(macro_f1_drop) as runs from column_importance group by 1';
    const { stdout } = focalsweep('query', '--sql', asked, '--format', 'csv', '--db', db);
    expect(stdout.trim().split(/\r?\n/)).toEqual(['column_name,runs', 'kind,4', 'other,4', 'says,4']);
  });

  it('is refused for another table than the one that was trained on', () => {
    const fresh = `other-${db}`;
    focalsweep('launch', `${name}.yaml`, '--db', fresh);
    writeFileSync(join(folder, 't.csv'), table(1));
    const { status, stderr } = focalsweep('importance', '--db', fresh);
    expect(stderr).toMatch(/the table of "\w+" is another one than when it was trained/);
    expect(status).toBe(2);
    writeFileSync(join(folder, 't.csv'), table(0));
  });
});

it('measures the runs of spaces with the trainer of each, and by the engine that a launch named', () => {
  const spaces = 'spaces: [{name: network, model: {hidden: [4]}}, {name: trees, model: {type: trees}}]';
  writeFileSync(join(folder, 't.csv'), table(0));
  writeFileSync(
    join(folder, 'both.yaml'),
    `name: both${SPEC}${spaces}\nengine: native/wasm\ntrain: {epochs: 3}\n`,
  );
  const launched = focalsweep('launch', 'both.yaml', '--db', 'both.db', '--engine', 'tfjs/cpu');
  expect(launched.status).toBe(0);
  const { status, stderr } = focalsweep('importance', '--db', 'both.db');
  expect([status, stderr]).toEqual([0, expect.stringMatching(/Measured (\d+) of \1 runs\.\n$/)]);
});

it('says so where no run has finished', () => {
  const { status, stderr } = focalsweep('importance', '--db', 'none.db');
  expect(stderr).toContain('none.db');
  expect(status).toBe(4);
});
