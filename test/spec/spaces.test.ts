import { describe, expect, it } from 'vitest';
import { valuesOf } from '../../src/spec/distribution.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import type { Space } from '../../src/spec/sweep-spec.js';
import { thrown } from '../thrown.js';

const HEAD = 'name: a\ndata: {source: "builtin:malware21"}\n';

function spacesOf(text: string): readonly Space[] {
  return parseSpec(HEAD + text, 'sweep.yaml').spaces;
}

const axesOf = ({ axes }: Space) => axes.map(({ knob, distribution }) => [knob, valuesOf(distribution)]);

describe('spaces', () => {
  it('are one without a list, with no name', () => {
    expect(spacesOf('').map(({ name }) => name)).toEqual([null]);
    expect(spacesOf('spaces: [{name: only}]').map(({ name }) => name)).toEqual(['only']);
  });

  it('share what the top says, and replace it by what they say', () => {
    const [network, small, trees] = spacesOf(`
parameters: {alpha: {values: [1, balanced]}, gamma: {values: [0, 2]}, learning_rate: {values: [0.1, 0.01]}}
model: {hidden: [32]}
train: {epochs: 50, patience: 5}
spaces:
  - {name: network, parameters: {gamma: {values: [1]}, dropout: {values: [0, 0.5]}}}
  - {name: small, model: {hidden: [8]}, train: {epochs: 9, learning_rate: 0.5}, data: {normalize: robust}}
  - {name: trees, model: {type: trees, max_leaves: 7}}`) as readonly [Space, Space, Space];
    expect(axesOf(network)).toEqual([
      ['alpha', [1, 'balanced']],
      ['learning_rate', [0.1, 0.01]],
      ['gamma', [1]],
      ['dropout', [0, 0.5]],
    ]);
    expect(network.base).toMatchObject({ model: 'mlp', hidden: [32], epochs: 50, normalize: 'zscore' });
    expect(axesOf(small)).toEqual([
      ['alpha', [1, 'balanced']],
      ['gamma', [0, 2]],
    ]);
    expect(small.base).toMatchObject({ hidden: [8], epochs: 9, patience: 5, learning_rate: 0.5 });
    expect(small.base.normalize).toBe('robust');
    expect(trees.base).toMatchObject({ model: 'trees', max_leaves: 7, epochs: 50, patience: 5 });
    expect([network, small, trees].map(({ trainer }) => trainer)).toEqual(['auto', 'auto', 'trees']);
  });

  it('leave out shared axes that their model does not use, and keep the defaults of trees', () => {
    const [network, trees] = spacesOf(`
parameters: {gamma: {values: [0, 2]}, dropout: {values: [0, 0.5]}}
engine: native/wasm
spaces: [{name: network}, {name: trees, model: {type: trees}}]`) as readonly [Space, Space];
    expect(axesOf(network).map(([knob]) => knob)).toEqual(['gamma', 'dropout']);
    expect(axesOf(trees).map(([knob]) => knob)).toEqual(['gamma']);
    expect(trees.base).toMatchObject({ learning_rate: 0.1, epochs: 100, patience: 20 });
    expect([network.trainer, trees.trainer]).toEqual(['native/wasm', 'trees']);
  });
});

describe('a mistake in a space', () => {
  const [NETWORK, TREES] = ['{name: network}', '{name: trees, model: {type: trees}}'];
  it.each([
    ['spaces: []', ':3:9', /spaces: needs at least 1 value/, /./],
    ['spaces: [{model: {type: trees}}]', ':3:10', /spaces\.0\.name is missing/, /Add/],
    [`spaces: [${NETWORK}, ${NETWORK}]`, ':3:34', /another space is called "network" already/, /its own/],
    [
      `spaces: [${NETWORK}, {name: twin}]`,
      ':3:27',
      /spaces\.1: it has the same configurations as the space "network"/,
      /or remove it/,
    ],
    [
      'spaces: [{name: trees, model: {type: trees}, parameters: {hidden: {values: [[1], [2]]}}}]',
      ':3:59',
      /spaces\.0\.parameters\.hidden: the model of this space is trees, which does not use it/,
      /only mlp uses it/,
    ],
    [
      'spaces: [{name: trees, model: {type: trees}, train: {batch_size: 5}}]',
      ':3:54',
      /spaces\.0\.train\.batch_size: the model of this space is trees/,
      /Remove it/,
    ],
    [
      'spaces: [{name: n, model: {hidden: [2], max_leaves: 3}}]',
      ':3:41',
      /spaces\.0\.model\.max_leaves: the model of this space is mlp/,
      /only trees uses it/,
    ],
    [
      `parameters: {hidden: {values: [[1], [2]]}}\nspaces: [${TREES}]`,
      ':3:14',
      /parameters\.hidden: no space has a model that uses it/,
      /Remove it/,
    ],
    [
      'spaces: [{name: n, train: {gamma: 1}, parameters: {gamma: {values: [0, 1]}}}]',
      ':3:28',
      /gamma is both in parameters and in train of spaces\.0/,
      /Remove it from train/,
    ],
    [
      'spaces: [{name: n, parameters: {gamma: {values: [0, 1, 0]}}}]',
      ':3:56',
      /spaces\.0\.parameters\.gamma: the value 0 is listed twice/,
      /Remove one/,
    ],
    [`engine: native\nspaces: [${TREES}]`, ':3:9', /engine: native trains networks/, /Remove `engine:`/],
    [
      'spaces: [{name: n, gamma: 1}]',
      ':3:20',
      /unknown key "gamma" in spaces\.0/,
      /It belongs under train: write `train: \{gamma: 1\}`/,
    ],
    [
      'spaces: [{name: n, seeds: 2}]',
      ':3:20',
      /unknown key "seeds" in spaces\.0/,
      /It belongs at the top: write `seeds: 2`/,
    ],
    [
      'spaces: [{name: n, modell: {type: trees}}]',
      ':3:20',
      /Did you mean "model"/,
      /Write `model: \{type: trees\}`/,
    ],
    [
      'spaces: [{name: n, train: {gamma: [0, 1]}}]',
      ':3:35',
      /spaces\.0\.train\.gamma: expected one value, found several/,
      /write `parameters: \{gamma: \{values: \[0, 1\]\}\}`/,
    ],
    [
      'spaces: [{name: n, parameters: {gamma: [0, 1]}}]',
      ':3:40',
      /spaces\.0\.parameters\.gamma/,
      /Write `gamma: \{values: \[0, 1\]\}`/,
    ],
    [
      'spaces: [{name: n, parameters: {gamma: {min: 0, max: 2}}}]',
      ':3:40',
      /gamma: a grid has a list of values, not int_uniform/,
      /or `gamma: \{values: \[0, 2\]\}`, with the values in between/,
    ],
    ['spaces: [{name: n, model: {type: tree}}]', ':3:34', /not one of mlp, trees. Did you mean "trees"/, /./],
    ['spaces: {name: n}', ':3:9', /spaces: expected a list/, /Write `spaces: \[\{name: n\}\]`/],
  ])('%s is refused with its place and a way out', (text, place, what, fix) => {
    const error = thrown(() => spacesOf(text));
    expect(error).toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(what),
      where: `sweep.yaml${place}`,
      fix: expect.stringMatching(fix),
    });
  });
});
