// What the tool searches on every table: at most 60 configurations with 3 seeds each.

const values = (axes) =>
  Object.fromEntries(Object.entries(axes).map(([knob, list]) => [knob, { values: list }]));

/** Between no class weights and `balanced`: classes of far fewer than 1,000 rows weigh as under `balanced`, larger ones alike. */
const GENTLE = { effective_number: 0.999 };

/** Trees and networks, each with its own knobs and axes. */
export const SPACES = [
  {
    name: 'trees',
    model: { type: 'trees' },
    parameters: values({
      alpha: [1, GENTLE, 'balanced'],
      gamma: [0, 1],
      max_leaves: [15, 63],
      min_leaf_rows: [5, 20],
      multi_output: [false, true],
    }),
    // Macro-F1 goes up and down from round to round, so the round of the lowest log loss is kept.
    train: { epochs: 300, patience: 30, select: 'log_loss', learning_rate: 0.1, feature_share: 0.6 },
  },
  {
    name: 'networks',
    model: { type: 'mlp', hidden: [256, 128], dropout: 0.1 },
    parameters: values({
      alpha: [1, 'balanced'],
      gamma: [0, 1],
      encode_numbers: ['none', { piecewise_linear: 16 }],
    }),
    train: { epochs: 60, patience: 15, batch_size: 128, learning_rate: 0.001 },
  },
];

/** The sweep of the study. */
export const MODELS = { name: 'models', spaces: SPACES };

/** Trees as LightGBM grows them by default, but λ of 1: `equal` in peers.py. Nothing is drawn, so one seed is enough. */
export const EQUAL = {
  name: 'equal',
  model: { type: 'trees', max_leaves: 31, min_leaf_rows: 20 },
  parameters: values({ alpha: [1], gamma: [0] }),
  train: {
    epochs: 100,
    patience: 0,
    select: 'last',
    learning_rate: 0.1,
    lambda_l2: 1,
    row_share: 1,
    feature_share: 1,
    max_bins: 255,
  },
  seeds: 1,
};

/** A few configurations for the test of the study. */
export const SHORT_MODELS = {
  name: 'models',
  spaces: [
    {
      name: 'trees',
      model: { type: 'trees' },
      parameters: values({ alpha: [1, 'balanced'], gamma: [0, 2], multi_output: [false, true] }),
      train: { epochs: 8 },
    },
    {
      name: 'networks',
      model: { type: 'mlp', hidden: [8] },
      parameters: values({ alpha: [1], gamma: [0], encode_numbers: ['none', { piecewise_linear: 16 }] }),
      train: { epochs: 4 },
    },
  ],
};
