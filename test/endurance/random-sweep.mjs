// Random tables and valid sweeps for hunts.
import { KEPT_METRICS } from '../../dist/metric.js';
import { randomStream } from '../../dist/random.js';

/** Draws from a stream of its own for each seed. */
export function drawing(seed) {
  const stream = randomStream(seed, 'synthetic', 9);
  const chance = (share) => stream.uniform() < share;
  const pick = (list) => list[Math.floor(stream.uniform() * list.length)];
  const some = (list, most = list.length) => {
    const order = list.map((value) => [stream.uniform(), value]).sort((a, b) => a[0] - b[0]);
    return order
      .slice(0, 1 + Math.floor(stream.uniform() * Math.min(most, list.length)))
      .map(([, value]) => value);
  };
  return { stream, chance, pick, some };
}

const CLASSES = ['benign', 'Emotet', 'Sality, rare', '0', 'ünï "q"', 'x=1'];

/** A table with a bit of everything, as CSV. */
export function tableText({ stream, chance, pick }) {
  const classes = CLASSES.slice(0, pick([2, 3, 4, 6]));
  const rows = pick([120, 300, 700]);
  const quoted = (text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = ['size,rate,proto,gap,host,when,family'];
  for (let row = 0; row < rows; row++) {
    const cls =
      row < 12 * classes.length ? row % classes.length : Math.floor(stream.uniform() ** 2 * classes.length);
    const value = (shift) => (shift * cls + stream.normal()).toFixed(3);
    const gap = chance(0.2) ? '' : value(0.3);
    const proto = chance(0.1) ? '?' : pick(['tcp', 'udp', cls % 2 === 0 ? 'icmp' : 'gre']);
    const host = `h${Math.floor(stream.uniform() * 40)}`;
    lines.push(
      [value(0.8), value(-0.5), proto, gap, host, 1_700_000_000 + 60 * row, quoted(classes[cls])].join(),
    );
  }
  return { text: `${lines.join('\n')}\n`, classes };
}

const LOSSES = {
  alpha: [1, 'balanced', { effective_number: 0.99 }, 0.5],
  gamma: [0, 0.5, 2],
  logit_adjustment: [0, 1],
};
const MODELS = {
  mlp: {
    ...LOSSES,
    learning_rate: [0.01, 0.003, 30],
    hidden: [[8], [], [8, 8]],
    optimizer: ['adam', 'sgd'],
    dropout: [0, 0.3],
    mixup: [0, 0.2],
    sampler: ['shuffle', 'weighted'],
    epochs: [2, 5, 9],
    batch_size: [16, 64],
    loss: ['focal', 'ldam', 'poly1'],
    select: ['best', 'last'],
    normalize: ['zscore', 'robust', 'none'],
    residual: [false, true],
  },
  trees: {
    ...LOSSES,
    learning_rate: [0.1, 0.3],
    max_leaves: [3, 7],
    min_leaf_rows: [1, 5],
    epochs: [3, 8],
    multi_output: [false, true],
    encode_categories: ['native', 'one_hot'],
    row_share: [1, 0.7],
  },
};
/** One model with its axes. */
function spaceOf({ chance, pick, some }, type, isDrawn) {
  const knobs = MODELS[type];
  const axes = {};
  for (const knob of some(Object.keys(knobs), 3)) {
    const isRange = isDrawn && knob === 'learning_rate' && chance(0.6);
    axes[knob] = isRange
      ? { distribution: 'log_uniform_values', min: 0.001, max: 0.3 }
      : { values: some(knobs[knob], 3) };
  }
  const train = {
    epochs: pick([3, 6]),
    learning_rate: pick([0.1, 0.01]),
    ...(chance(0.3) && { patience: pick([0, 1]) }),
  };
  for (const knob of Object.keys(axes)) delete train[knob];
  return {
    model: { type, ...(type === 'mlp' && !('hidden' in axes) && { hidden: [8] }) },
    train,
    parameters: axes,
  };
}

function splitOf({ chance, pick }) {
  return pick([
    {},
    {},
    { split: { validation: 0.25, test: 0.25, seed: pick([0, 3]) } },
    { split: { validation: 0.25, test: 0.25, reshuffle: true } },
    { split: { folds: 3, test: 0.2, ...(chance(0.3) && { repeats: 2 }) } },
    { split: { validation: 0.25, test: 0.25, group: 'host' } },
    { split: { validation: 0.25, test: 0.25, time: 'when' } },
  ]);
}

export function specOf(draw, classes) {
  const { chance, pick, some } = draw;
  const method = pick(['grid', 'grid', 'random', 'sobol', 'tpe', 'nsga2']);
  const isDrawn = method !== 'grid';
  const isBoth = chance(0.25);
  const metric = pick([...KEPT_METRICS, 'macro_f1', 'macro_f1', 'rare_recall', 'expected_cost']);
  const costs =
    metric === 'expected_cost' || chance(0.15)
      ? { costs: Object.fromEntries(classes.map((name, at) => [name, 1 + at])) }
      : {};
  const own = isBoth
    ? { spaces: ['mlp', 'trees'].map((type) => ({ name: type, ...spaceOf(draw, type, isDrawn) })) }
    : spaceOf(draw, pick(['mlp', 'mlp', 'trees']), isDrawn);
  const split = splitOf(draw);
  return {
    name: pick(['plain', 'with space', 'ünï-1']),
    ...(isDrawn && { method, trials: pick([2, 6, 9]) }),
    metric: { name: metric },
    ...(!('folds' in (split.split ?? {})) && { seeds: pick([1, 2, 3, [7, 9]]) }),
    ...own,
    ...costs,
    ...(chance(0.3) && {
      stop: pick([
        { type: 'halving_then_racing', grace: 1 },
        { type: 'median', grace: 1 },
        { type: 'successive_halving', grace: 1 },
        { type: 'hyperband', grace: 1 },
      ]),
    }),
    ...(chance(0.2) && { budget: pick([{ runs: 5 }, { epochs: 20 }, { patience: 5 }]) }),
    ...(chance(0.2) && { where: 'gamma < 3' }),
    ...(chance(0.25) && {
      choose: [
        {
          name: 'mine',
          maximize: pick(['macro_f1', 'rare_recall', 'accuracy']),
          ...(chance(0.5) && { constraints: pick([{ accuracy: '>= 0.2' }, { macro_f1: { margin: 0.05 } }]) }),
        },
      ],
    }),
    ...(chance(0.2) && { equivalent: pick([0, 0.1]) }),
    ...(chance(0.2) && { store_logits: true }),
    ...(chance(0.3) && { keep: pick(['all', 'best', 'none']) }),
    data: {
      source: 'table.csv',
      label: 'family',
      ...split,
      ...(chance(0.4) && { rare_classes: pick([{ quantile: 0.3 }, { max_support: 200 }, some(classes, 2)]) }),
      ...(chance(0.3) && { drop: ['when'] }),
    },
    ...(chance(0.3) && own.model?.type === 'mlp' && { engine: 'native' }),
  };
}
