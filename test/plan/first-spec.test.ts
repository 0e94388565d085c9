import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectTable } from '../../src/data/inspect/inspect-table.js';
import { loadData } from '../../src/data/load-dataset.js';
import { UserError } from '../../src/errors.js';
import { firstSpecText } from '../../src/plan/first-spec/first-spec.js';
import { comment, yamlValue } from '../../src/plan/first-spec/yaml-text.js';
import { planSweep } from '../../src/plan/plan.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { parseYaml } from '../../src/spec/yaml-document.js';
import { writeFiles } from '../data/table-folder.js';
import { cases } from '../property-cases.js';

/** The first spec of a table, and the sweep that it plans. */
async function firstSweep(content: string) {
  const folder = writeFiles({ 'table.csv': content });
  const findings = await inspectTable(['table.csv'], folder, undefined);
  const text = firstSpecText(findings, { name: 'table', fromSpec: (path) => path });
  const spec = parseSpec(text, join(folder, 'table.yaml'));
  const { dataset } = await loadData(spec.data, folder);
  return { text, spec, findings, plan: planSweep(spec, dataset, ...spec.spaces.map(() => 'any@1')) };
}

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const lines = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => row.map(quoted).join(',')).join('\n');

describe('a first spec', () => {
  it('has spaces of a network and of trees with the axes of the quickstart', async () => {
    const rows = Array.from({ length: 90 }, (_, at) => [
      String((at * 37) % 91),
      String(at % 7),
      'abc'[at % 3] ?? '',
    ]);
    const { spec, plan } = await firstSweep(lines([['x', 'z', 'class'], ...rows]));
    expect(spec.spaces.map(({ name }) => name)).toEqual(['network', 'trees']);
    expect(spec.spaces[0]?.axes.map(({ knob }) => knob)).toEqual(['alpha', 'gamma', 'learning_rate']);
    expect(plan.runs).toHaveLength(36);
  });

  it('ranks two classes with few positives by average precision', async () => {
    const rows = Array.from({ length: 400 }, (_, at) => [
      String((at * 37) % 401),
      String(at % 7),
      at % 40 === 0 ? 'fraud' : 'fine',
    ]);
    const { spec } = await firstSweep(lines([['x', 'z', 'class'], ...rows]));
    expect(spec.metric.name).toBe('average_precision');
    expect(spec.spaces[0]?.axes.map(({ knob }) => knob)).toEqual(['alpha', 'sampler', 'learning_rate']);
    expect(spec.seeds).toHaveLength(5);
  });

  it('plans, or says what is wrong, for any table', async () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('id', 'class', 'time', 'host', 'a: b', '- x', 'true', '#'),
    );
    const cell = fc.oneof(
      fc.constantFrom('a', 'b', '', 'NA', '1', '0'),
      fc.integer().map(String),
      fc.double({ noNaN: true }).map(String),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    const column = fc.uniqueArray(cell, { minLength: 1, maxLength: 40 });
    const table = fc.record({
      header: fc.array(name, { minLength: 1, maxLength: 6 }),
      columns: fc.array(column, { minLength: 6, maxLength: 6 }),
      rows: fc.integer({ min: 0, max: 90 }),
      step: fc.integer({ min: 1, max: 7 }),
    });
    let planned = 0;
    await fc.assert(
      fc.asyncProperty(table, async ({ header, columns, rows, step }) => {
        const body = Array.from({ length: rows }, (_, row) =>
          header.map(
            (_name, at) => columns[at]?.[(row * (at === 0 ? step : 1)) % (columns[at]?.length ?? 1)] ?? '',
          ),
        );
        const result = await firstSweep(lines([header, ...body])).catch((error: unknown) => error);
        const runs =
          result instanceof UserError ? 1 : (result as { plan: { runs: unknown[] } }).plan?.runs.length;
        if (!(result instanceof UserError)) planned++;
        expect(runs, String((result as Error).stack ?? '')).toBeGreaterThan(0);
      }),
      { numRuns: cases(150) },
    );
    expect(planned).toBeGreaterThan(0);
  }, 60_000);
});

describe('values and comments in YAML', () => {
  it('keep any text, alone, in a list and as a key', () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 80 })
      .filter((own) => Buffer.from(own).toString() === own);
    fc.assert(
      fc.property(text, fc.string({ unit: 'grapheme' }), (one, other) => {
        const yaml = [
          comment(`${one} ${other}`),
          `name: ${yamlValue(one)}`,
          'drop:',
          comment(other, '  '),
          `  - ${yamlValue(other)}`,
          `list: ${yamlValue([one, other])}`,
        ].join('\n');
        expect(yaml.split('\n')).toHaveLength(6);
        expect(parseYaml(yaml, 'x').value).toEqual({ name: one, drop: [other], list: [one, other] });
      }),
      { numRuns: cases(500) },
    );
  });
});
