import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { planSweep } from '../../src/plan/plan.js';
import { readSpec } from '../../src/spec/parse-spec.js';

const folder = fileURLToPath(new URL('../../sweeps/', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

describe('the examples under sweeps/', () => {
  for (const file of files) {
    const spec = readSpec(join(folder, file));
    const source = String(spec.data.source);
    const skipped = !source.startsWith('builtin:') && !existsSync(join(folder, source));
    it.skipIf(skipped)(
      `${file} can be planned${skipped ? ' (skipped: ../shared/data is absent)' : ''}`,
      async () => {
        const plan = planSweep(spec, await loadDataset(spec.data, folder), 'tfjs/cpu@1');
        expect(plan.trials.length).toBeGreaterThan(1);
        expect(plan.runs).toHaveLength(plan.trials.length * spec.seeds.length);
      },
    );
  }
});
