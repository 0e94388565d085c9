import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { additionsIn, extendedSpec } from '../../src/spec/settings/additions.js';
import { knobValues } from '../../src/spec/sweep-spec.js';

const GRID = `# mine
name: flows
parameters:
  gamma: {values: [0, 2]}   # focal
  learning_rate:
    values:
      - 0.01
      - 0.03
  alpha: {value: 1}
data: {source: "builtin:malware21"}
model: {hidden: [8]}
train: {batch_size: 32}
`;
const DRAWN = GRID.replace('parameters:', 'method: sobol\ntrials: 20\nparameters:');

function values(text: string, additions: readonly string[], knob: string, space = 0): readonly unknown[] {
  const own = extendedSpec(parseSpec(text, 'flows.yaml'), additions).spaces[space];
  return own === undefined ? [] : knobValues(own, knob);
}

function refused(text: string, addition: string): string {
  try {
    extendedSpec(parseSpec(text, 'flows.yaml'), [addition]);
  } catch (error) {
    if (error instanceof UserError) return `${error.where}: ${error.message} ${error.fix}`;
    throw error;
  }
  return 'taken';
}

describe('values that are added to a spec', () => {
  it('come after those of the axis', () => {
    expect(values(GRID, ['gamma=4,5'], 'gamma')).toEqual([0, 2, 4, 5]);
    expect(values(GRID, ['learning_rate = 0.1'], 'learning_rate')).toEqual([0.01, 0.03, 0.1]);
    expect(values(GRID, ['alpha=balanced, {effective_number: 0.9}'], 'alpha')).toEqual([
      1,
      'balanced',
      { effective_number: 0.9 },
    ]);
  });

  it('make an axis of a constant and of a default', () => {
    expect(values(GRID, ['batch_size=64'], 'batch_size')).toEqual([32, 64]);
    expect(values(GRID, ['hidden=[16], [8, 8]'], 'hidden')).toEqual([[8], [16], [8, 8]]);
    expect(values(GRID, ['dropout=0.5'], 'dropout')).toEqual([0, 0.5]);
  });

  it('are the axes as an edit of the file would have them, and keep its comments', () => {
    const edited = parseSpec(GRID.replace('[0, 2]', '[0, 2, 4, 5]').replace('- 0.03', '- 0.03\n      - 0.1'));
    const { spaces, text } = extendedSpec(parseSpec(GRID), ['gamma=4,5', 'learning_rate=0.1']);
    expect(spaces).toEqual(edited.spaces);
    expect(text).toContain('# mine\n');
    expect(text).toContain('# focal\n');
    expect(parseSpec(text).spaces).toEqual(spaces);
  });

  it('are told by the text, and added once', () => {
    const once = extendedSpec(parseSpec(GRID), ['gamma=4,5', 'alpha=balanced']);
    expect(additionsIn(once.text)).toEqual(['gamma=4,5', 'alpha=balanced']);
    expect(extendedSpec(once, ['gamma=4,5'])).toEqual(once);
    expect(values(GRID, ['gamma=2,4', 'gamma=4,6'], 'gamma')).toEqual([0, 2, 4, 6]);
  });

  it('are the same in one go and one by one', () => {
    const some = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(some, (all) => {
        const singly = all.map((gamma) => `gamma=${gamma}`);
        expect(values(GRID, singly, 'gamma')).toEqual(values(GRID, [`gamma=${all.join(',')}`], 'gamma'));
        expect(new Set(values(GRID, singly, 'gamma'))).toEqual(new Set([0, 2, ...all]));
      }),
    );
  });

  it('go to every space that lists the axis, and leave a constant of a space alone', () => {
    const spaces = `${GRID.replace('model: {hidden: [8]}\n', '')}spaces:
  - {name: one}
  - {name: two, parameters: {gamma: {value: 1}}}
  - {name: three, parameters: {gamma: {values: [7, 8]}}}
`;
    expect([0, 1, 2].map((at) => values(spaces, ['gamma=4'], 'gamma', at))).toEqual([
      [0, 2, 4],
      [1],
      [7, 8, 4],
    ]);
    expect(refused(spaces, 'dropout=0.5')).toMatch(
      /^--add dropout=0\.5: dropout: no space has it as an axis/,
    );
  });

  it('raise the trials of a drawn search, however often it is said', () => {
    const more = extendedSpec(parseSpec(DRAWN), ['trials=50']);
    expect(more.trials).toBe(50);
    expect(extendedSpec(more, ['trials=50']).trials).toBe(50);
    expect(extendedSpec(more, ['trials=30']).trials).toBe(50);
  });

  it('work for a spec in JSON', () => {
    const json = JSON.stringify({ name: 'a', data: { source: 'x' }, parameters: { gamma: { values: [1] } } });
    expect(values(json, ['gamma=2', 'dropout=0.5'], 'gamma')).toEqual([1, 2]);
  });

  it.each([
    [GRID, 'gama=3', /^--add gama=3: there is no knob "gama"\. Did you mean "gamma"\? The axes are gamma/],
    [GRID, 'gamma=-1', /^--add gamma=-1: gamma: must be at least 0; it is -1/],
    [GRID, 'gamma=x', /^--add gamma=x: gamma: expected a number, found "x"/],
    [GRID, 'gamma=', /^--add gamma=: an addition has a name and values For example --add gamma=4,5/],
    [GRID, '4,5', /an addition has a name and values/],
    [GRID, 'gamma=[', /^--add gamma=\[.*not valid YAML/],
    [GRID, 'trials=30', /^--add trials=30: trials: a grid trains every combination Add values/],
    [GRID, 'max_leaves=7', /^--add max_leaves=7: /],
    [DRAWN, 'gamma=4', /`method: sobol` would draw other configurations Write --add trials=40/],
    [DRAWN, 'trials=many', /^--add trials=many: trials: how many in all\? Write --add trials=40/],
    [DRAWN, 'trials=20.5', /^--add trials=20\.5: trials: /],
  ])('are refused with place and fix: %#', (text, addition, message) => {
    expect(refused(text, addition)).toMatch(message);
  });
});
