import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { planSweep } from '../../src/plan/plan.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { clusters, datasetOf } from '../../src/testing/small-dataset.js';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const text = readFileSync(join(docs, 'tuning-focal-loss.md'), 'utf8');
const specs = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, spec]) => spec as string);

describe('docs/tuning-focal-loss.md', () => {
  it('has recipes', () => {
    expect(specs.length).toBeGreaterThan(1);
  });

  it.each(specs)('has a spec that can be planned, with the baseline: %s', (spec) => {
    const plan = planSweep(parseSpec(spec), datasetOf(clusters(60, 4, 3)), 'tfjs/cpu@1');
    expect(plan.trials.some(({ config }) => config.gamma === 0 && config.alpha === 1)).toBe(true);
  });

  it('links and shows only files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path as string);
    expect(links.some((path) => path.endsWith('.svg'))).toBe(true);
    expect(links.filter((path) => !existsSync(join(docs, path)))).toEqual([]);
  });

  it('has every generated part filled (node studies/tuning-focal-loss.mjs)', () => {
    const parts = [...text.matchAll(/<!-- generated: (.+) -->([\s\S]*?)<!-- end of \1 -->/g)];
    expect(parts.length).toBeGreaterThan(10);
    expect(parts.filter(([, , part]) => part?.trim() === '').map(([, name]) => name)).toEqual([]);
  });
});
