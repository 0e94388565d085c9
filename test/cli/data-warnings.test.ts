import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-warnings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function focalsweep(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stdout + stderr;
}

beforeAll(() => {
  const lines = Array.from({ length: 60 }, (_, i) => `${i === 9 ? '5O' : i % 30},${i},${'ab'[i % 2]}`);
  writeFileSync(join(folder, 't.csv'), ['dose,x,class', ...lines].join('\n'));
  writeFileSync(
    join(folder, 's.yaml'),
    'name: typo\nparameters: {gamma: {values: [0]}}\nseeds: 1\ndata: {source: t.csv}\nmodel: {hidden: []}\ntrain: {epochs: 2}\n',
  );
  focalsweep('launch', 's.yaml', '--workers', '1');
});

it.each([
  ['data', ['data', 's.yaml']],
  ['data as JSON', ['data', 's.yaml', '--format', 'json']],
  ['the plan', ['plan', 's.yaml', '--workers', '1']],
  ['the report', ['report']],
  ['the report as Markdown', ['report', '--format', 'md']],
  ['the report as JSON', ['report', '--format', 'json']],
])('a number that is mistyped is named in %s', (_, args) => {
  const output = focalsweep(...args).replaceAll('\\"', '"');
  expect(output).toContain('Column "dose" is taken as categories, though nearly all of it is numbers');
  expect(output).toContain('"5O"');
});

it('is named in the HTML report', () => {
  focalsweep('report', '--format', 'html', '--out', 'report.html');
  const page = readFileSync(join(folder, 'report.html'), 'utf8').replaceAll('&quot;', '"');
  expect(page).toContain('Column "dose" is taken as categories');
});
