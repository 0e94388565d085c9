import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readSpec } from '../../src/spec/parse-spec.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'focalsweep-init-'));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function focalsweep(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
}

const ROWS = Array.from({ length: 150 }, (_, at) => ({
  flow_id: 1000 + at,
  'line\nbreak, "x"': (at * 37) % 151,
  bytes: at % 11,
  'class: ü': ['good', 'bad', 'ugly'][(at * at) % 3] ?? '',
}));
const HEADS = Object.keys(ROWS[0] ?? {}) as readonly (keyof (typeof ROWS)[number])[];

function text(separator: string, end: string): string {
  const cell = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
  const lines = [HEADS, ...ROWS.map((row) => HEADS.map((name) => row[name]))];
  return lines.map((cells) => cells.map(cell).join(separator)).join(end) + end;
}

describe('focalsweep init', () => {
  it.each([
    ['flows.csv', text(',', '\r\n')],
    ['flows.tsv', text('\t', '\n')],
    ['flows.csv.gz', gzipSync(text(';', '\n'))],
    [
      'flows.parquet',
      new Uint8Array(
        parquetWriteBuffer({
          columnData: HEADS.map((name) => ({ name, data: ROWS.map((row) => row[name]) })),
        }),
      ),
    ],
  ])('writes a spec that plans for %s, with the schema beside it', (name, content) => {
    writeFileSync(join(folder, name), content);
    const { status, stdout, stderr } = focalsweep('init', name);
    expect(stderr).not.toMatch(/^error/m);
    expect(status).toBe(0);
    expect(stdout).toMatch(/label: class: ü \(by its name; 2 classes\)/);
    expect(stdout).toMatch(/left out: flow_id \(an identifier: every row has a value of its own\)/);
    expect(stdout).toMatch(/first grid: 12 configurations, 36 runs; cost: at most/);
    expect(stdout).toMatch(
      /Written: flows\.yaml, sweep\.schema\.json\. Next:\n {2}npx focalsweep launch flows\.yaml\n$/,
    );
    const { data } = readSpec(join(folder, 'flows.yaml'));
    expect(data).toEqual({
      source: name,
      label: 'class: ü',
      drop: ['flow_id', 'line\nbreak, "x"'],
      split: { validation: 0.2, test: 0.2, seed: 0 },
    });
    const written = readFileSync(join(folder, 'flows.yaml'), 'utf8');
    expect(written).toMatch(/^# yaml-language-server: \$schema=\.\/sweep\.schema\.json\n/);
    expect(written).toMatch(/# Rare classes, .*: (good|bad) \d+\./);
    const schema = fileURLToPath(new URL('../../sweeps/sweep.schema.json', import.meta.url));
    expect(readFileSync(join(folder, 'sweep.schema.json'), 'utf8')).toBe(readFileSync(schema, 'utf8'));
    expect(focalsweep('plan', 'flows.yaml').stdout).toMatch(/^flows: 12 configurations × 3 seeds = 36 runs/);
  });

  it('never writes over a spec or another file without --force', () => {
    writeFileSync(join(folder, 'flows.csv'), text(',', '\n'));
    writeFileSync(join(folder, 'flows.yaml'), 'mine');
    const refused = focalsweep('init', 'flows.csv');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toBe(
      'error: flows.yaml: the spec is there already\n  fix: Write over it with --force, or name another file with --out.\n',
    );
    expect(readFileSync(join(folder, 'flows.yaml'), 'utf8')).toBe('mine');
    expect(existsSync(join(folder, 'sweep.schema.json'))).toBe(false);
    writeFileSync(join(folder, 'sweep.schema.json'), '{}');
    expect(focalsweep('init', 'flows.csv', '--out', 'other.yaml').stderr).toMatch(/no schema of sweeps/);
    expect(focalsweep('init', 'flows.csv', '--force').status).toBe(0);
    expect(readSpec(join(folder, 'flows.yaml')).name).toBe('flows');
    expect(focalsweep('init', 'flows.csv', '--out', 'again.yaml').status).toBe(0);
  });

  it('writes elsewhere, with paths from there, and takes the label that is named', () => {
    writeFileSync(join(folder, 'flows.csv'), text(',', '\n'));
    const { status } = focalsweep('init', 'flows.csv', '--out', 'deep/er/spec.yaml', '--label', 'bytes');
    expect(status).toBe(0);
    const { data } = readSpec(join(folder, 'deep', 'er', 'spec.yaml'));
    expect(data?.source).toBe('../../flows.csv');
    expect(data?.label).toBe('bytes');
    expect(existsSync(join(folder, 'deep', 'er', 'sweep.schema.json'))).toBe(true);
  });

  it.each([
    ['no rows', 'a,b,class\n', [], /flows\.csv: the file has a header but no rows/],
    ['nothing', '\n\n', [], /flows\.csv: the file is empty/],
    [
      'a label that is a quantity',
      text(',', '\n'),
      ['--label', 'flow_id'],
      /"flow_id" has 150 different numbers: a quantity, not classes/,
    ],
    [
      'a label that is not there',
      text(',', '\n'),
      ['--label', 'byte'],
      /no column "byte"\. Did you mean "bytes"\?/,
    ],
    ['lines of different length', 'a,b,class\n1,2\n', [], /flows\.csv:2: 2 fields where there should be 3/],
  ])('refuses %s and writes nothing', (_what, content, args, message) => {
    writeFileSync(join(folder, 'flows.csv'), content);
    const { status, stderr } = focalsweep('init', 'flows.csv', ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/\n {2}fix: /);
    expect(existsSync(join(folder, 'flows.yaml'))).toBe(false);
  });
});
