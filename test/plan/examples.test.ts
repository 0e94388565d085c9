import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { toldDataset } from '../../src/data/told-dataset.js';
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
  const dataset =
    spec.data === null ? toldDataset(null, spec.name) : await loadDataset(spec.data, dirname(file));
  const plan = planSweep(spec, dataset, ...engines);
  expect(plan.trials.length).toBeGreaterThan(1);
  expect(plan.runs).toHaveLength(plan.trials.length * spec.seeds.length);
}

describe('the examples', () => {
  for (const folder of ['sweeps', 'bench/sweeps'])
    for (const file of specsIn(folder)) {
      const source = String(readSpec(file).data?.source);
      const isAbsent = source.includes('/shared/') && !existsSync(join(dirname(file), source));
      it.skipIf(isAbsent)(
        `${folder}/${basename(file)} can be planned${isAbsent ? ' (skipped: ../shared/data is absent)' : ''}`,
        () => expectPlan(file),
      );
    }
});
