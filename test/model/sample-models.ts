import { KNOB_DEFAULTS } from '../../src/knobs/knobs.js';
import type { Model, ModelMember, ModelTree } from '../../src/model/model.js';
import type { ColumnPreparation } from '../../src/model/preparation.js';

const classNames = ['benign', 'Zeus "2"', 'Größe'];
const numbers: readonly ColumnPreparation[] = [
  {
    kind: 'numeric',
    column: 'bytes',
    fill: 3.5,
    logarithm: true,
    scaling: { mean: 1 / 3, rest: 1e-9, sd: 2.25 },
    bins: [-1, 0.1, 2],
    missingIndicator: true,
  },
  { kind: 'categorical', column: 'proto', categories: ['tcp', 'udp'], unknownIndicator: true },
];
const member = { runId: 'a1', seed: 1, trainerId: 'native/addon@3', config: KNOB_DEFAULTS };

const ramp = (length: number, from: number) =>
  Float32Array.from({ length }, (_, at) => Math.fround(from + at / 7));
const norm = (width: number) => ({ scale: ramp(width, 1), shift: ramp(width, -1) });

/** A residual network of one block: six features, a trunk of four, three classes. */
const residual: ModelMember = {
  ...member,
  preparation: { columns: numbers, classNames },
  predictor: {
    kind: 'network',
    activation: 'tanh',
    layers: [
      { inputs: 6, outputs: 4, input: 'as given', sums: 'plain', weight: ramp(24, 0), bias: ramp(4, 1) },
      {
        inputs: 4,
        outputs: 4,
        input: 'normalised',
        sums: 'activated',
        weight: ramp(16, 2),
        bias: ramp(4, 3),
        normalisation: norm(4),
      },
      { inputs: 4, outputs: 4, input: 'as given', sums: 'added', weight: ramp(16, 4), bias: ramp(4, 5) },
      {
        inputs: 4,
        outputs: 3,
        input: 'normalised and activated',
        sums: 'plain',
        weight: ramp(12, 6),
        bias: ramp(3, 7),
        normalisation: norm(4),
      },
    ],
  },
};

const leaf = (value: number): ModelTree => ({
  feature: Int32Array.of(-1),
  threshold: Float32Array.of(0),
  missingLeft: Uint8Array.of(0),
  left: Int32Array.of(0),
  right: Int32Array.of(0),
  value: Float32Array.of(value),
  categories: new Map(),
});

/** A number at its root, then categories. */
const tree: ModelTree = {
  feature: Int32Array.of(0, -1, 1, -1, -1),
  threshold: Float32Array.of(Number.POSITIVE_INFINITY, 0, 0, 0, 0),
  missingLeft: Uint8Array.of(1, 0, 0, 0, 0),
  left: Int32Array.of(1, 0, 3, 0, 0),
  right: Int32Array.of(2, 0, 4, 0, 0),
  value: Float32Array.of(0, 0.25, 0, -0.5, 0.125),
  categories: new Map([[2, [1, 2]]]),
};

const trees: ModelMember = {
  ...member,
  trainerId: 'trees@2',
  config: { ...KNOB_DEFAULTS, model: 'trees' },
  preparation: {
    columns: [
      {
        kind: 'numeric',
        column: 'bytes',
        fill: 0,
        scaling: { mean: 0, rest: 0, sd: 1 },
        missingIndicator: false,
        keepsMissing: true,
      },
      {
        kind: 'categorical',
        column: 'proto',
        categories: ['icmp', 'tcp', 'udp'],
        unknownIndicator: false,
        isCoded: true,
      },
    ],
    classNames,
  },
  predictor: {
    kind: 'trees',
    initial: ramp(3, -2),
    rounds: [
      [leaf(1), tree, leaf(2)],
      [tree, leaf(3), tree],
    ],
  },
};

/** Trees that add to all classes. */
const sharedTrees: ModelMember = {
  ...trees,
  config: { ...trees.config, multi_output: true },
  predictor: {
    kind: 'trees',
    initial: ramp(3, 1),
    rounds: [[{ ...tree, value: ramp(15, -2) }], [{ ...leaf(1), value: ramp(3, 1) }]],
  },
};

/** A model of each kind, and ones of several. */
export const SAMPLE_MODELS: readonly Model[] = [
  {
    classNames,
    members: [residual],
    scoring: { rareClasses: [2], metric: { name: 'f_beta', goal: 'maximize', parameter: 0.5 } },
  },
  { classNames, members: [trees], reading: { missing_values: ['?', -1], label: 'family', delimiter: ';' } },
  { classNames, members: [residual, { ...trees, seed: 2, runId: 'b2' }] },
  { classNames, members: [sharedTrees, { ...trees, seed: 2, runId: 'b2' }] },
];
