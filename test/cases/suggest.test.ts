import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { casesNote, haveCases, openCase } from './shared-cases.js';

it.skipIf(!haveCases)(`suggest leaves out what diverged and says so${casesNote}`, () => {
  const { folder, focalsweep } = openCase('16-suggest-keeps-diverged');
  expect(focalsweep('launch', 's.yaml', '--workers', '1').status).toBe(1);
  const { stdout } = focalsweep('suggest', 'diverged');
  expect(stdout).toMatch(/learning_rate 100 diverged in \d of \d runs \(done\)/);
  expect(parseSpec(stdout).spaces[0]?.axes).toEqual([
    { knob: 'learning_rate', distribution: { type: 'constant', value: 0.01 } },
    { knob: 'optimizer', distribution: { type: 'constant', value: 'sgd' } },
  ]);
  expect(focalsweep('report', 'diverged').stdout).toMatch(/learning_rate 100 diverged in \d of \d runs/);
  writeFileSync(join(folder, 'next.yaml'), stdout);
  expect(focalsweep('launch', 'next.yaml', '--workers', '1').status).toBe(0);
});
