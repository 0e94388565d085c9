import { expect, test } from 'vitest';
import { KNOB_DEFAULTS } from '../../../src/knobs/knobs.js';
import type { AnyConfig } from '../../../src/sweep.js';
import { knobTable } from '../../../src/views/sections/run-sections.js';

const listed = (config: AnyConfig) => knobTable(config, {}).rows.map(([name]) => name);

test('settings are those that training uses', () => {
  const trees = listed({ ...KNOB_DEFAULTS, model: 'trees', optimizer: 'sgd' });
  expect(trees).toEqual(expect.arrayContaining(['gamma', 'learning_rate', 'max_leaves']));
  for (const idle of ['momentum', 'optimizer', 'hidden', 'ldam_margin', 'poly_epsilon'])
    expect(trees).not.toContain(idle);
  expect(listed(KNOB_DEFAULTS)).not.toContain('momentum');
  expect(listed({ ...KNOB_DEFAULTS, optimizer: 'sgd' })).toContain('momentum');
  expect(listed({ ...KNOB_DEFAULTS, loss: 'ldam' })).toContain('ldam_margin');
});

test('settings of a program are those that it is given', () => {
  expect(listed({ model: 'command', momentum: 0.5 })).toEqual(expect.arrayContaining(['momentum']));
});
