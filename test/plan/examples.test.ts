import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { planSweep } from '../../src/plan/plan.js';
import { readSpec } from '../../src/spec/parse-spec.js';

const specsIn = (folder: string): readonly string[] => {
  const path = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
  return readdirSync(path)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => join(path, file));
};

async function expectPlan(file: string): Promise<void> {
  const spec = readSpec(file);
  const engines = spec.spaces.map(({ trainer }) => (trainer === 'trees' ? 'trees@1' : 'tfjs/cpu@1'));
  const plan = planSweep(spec, await loadDataset(spec.data, dirname(file)), ...engines);
  expect(plan.trials.length).toBeGreaterThan(1);
  expect(plan.runs).toHaveLength(plan.trials.length * spec.seeds.length);
}

describe('the examples under sweeps/, which need nothing but the project', () => {
  it.each(specsIn('sweeps').map((file) => [basename(file), file]))('%s can be planned', (_name, file) =>
    expectPlan(file as string),
  );
});

describe('the specs under bench/sweeps/', () => {
  for (const file of specsIn('bench/sweeps')) {
    const absent = !existsSync(join(dirname(file), String(readSpec(file).data?.source)));
    it.skipIf(absent)(
      `${basename(file)} can be planned${absent ? ' (skipped: ../shared/data is absent)' : ''}`,
      () => expectPlan(file),
    );
  }
});
