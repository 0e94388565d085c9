import { z } from 'zod';
import { alphaSchema } from './alpha-schema.js';
import { type Knob, knob, OF_NETWORKS } from './knob.js';
import { PREPARATION_KNOBS } from './preparation-knobs.js';
import { TREE_KNOBS } from './tree-knobs.js';

/**
 * Every knob of a configuration, in the order of tables; all of them can be an axis of the sweep. New ones come last.
 * @internal
 */
export const KNOBS = {
  alpha: knob({
    schema: alphaSchema,
    default: 1,
    column: {
      kind: 'alpha',
      text: 'α of the focal loss: a number, `balanced`, or the JSON text of a scheme',
    },
    section: 'train',
    since: 'first release',
    plain: { value: 1, sign: 'α' },
  }),
  gamma: knob({
    schema: z.number().min(0).max(50).describe('Focusing exponent γ of the focal loss; 0 is cross-entropy.'),
    default: 2,
    column: { kind: 'number', text: 'γ of the focal loss; 0 is cross-entropy' },
    section: 'train',
    since: 'first release',
    plain: { value: 0, sign: 'γ' },
    advised: { lowest: 0, highest: 5 },
  }),
  learning_rate: knob({
    schema: z.number().positive().max(100).describe('Step size of the optimiser.'),
    default: 0.001,
    column: { kind: 'number', text: 'step size of the optimiser' },
    section: 'train',
    since: 'first release',
    advised: { lowest: 1e-6, highest: 1 },
  }),
  epochs: knob({
    schema: z.int().min(1).max(1_000_000).describe('Maximum number of passes over the training rows.'),
    default: 30,
    column: { kind: 'number', text: 'maximum number of epochs' },
    section: 'train',
    since: 'first release',
  }),
  batch_size: knob({
    schema: z.int().min(1).max(65_536).describe('Rows per training step.'),
    default: 128,
    column: { kind: 'number', text: 'rows per training step' },
    section: 'train',
    since: 'first release',
    counts: OF_NETWORKS,
  }),
  optimizer: knob({
    schema: z
      .enum(['adam', 'adamw', 'sgd'])
      .describe('`adam` (weight decay as L2), `adamw` (decoupled) or `sgd` with momentum; as in PyTorch.'),
    default: 'adam',
    column: { kind: 'text', text: '`adam`, `adamw` or `sgd`' },
    section: 'train',
    since: 'first release',
    counts: OF_NETWORKS,
  }),
  momentum: knob({
    schema: z.number().min(0).lt(1).describe('Momentum of `sgd`; the others do not use it.'),
    default: 0.9,
    column: { kind: 'number', text: 'momentum of `sgd`' },
    section: 'train',
    since: 'first release',
    counts: { under: 'optimizer', values: ['sgd'] },
  }),
  weight_decay: knob({
    schema: z.number().min(0).max(10).describe('Weight decay.'),
    default: 0,
    column: { kind: 'number', text: 'weight decay' },
    section: 'train',
    since: 'first release',
    counts: OF_NETWORKS,
    advised: { lowest: 0, highest: 1 },
  }),
  patience: knob({
    schema: z
      .int()
      .min(0)
      .max(1_000_000)
      .describe('Epochs without a better validation metric before a run stops; 0 never stops early.'),
    default: 7,
    column: {
      kind: 'number',
      text: 'epochs without a better validation metric before a run stops; 0 never stops',
    },
    section: 'train',
    since: 'first release',
  }),
  sampler: knob({
    schema: z
      .enum(['shuffle', 'weighted', 'balanced'])
      .describe(
        'How an epoch draws its rows: `shuffle` (each once), `weighted` (with replacement, by inverse class frequency: oversamples rare classes), `balanced` (every class equally often, in turn).',
      ),
    default: 'shuffle',
    column: { kind: 'text', text: 'how batches are drawn: `shuffle`, `weighted` or `balanced`' },
    section: 'train',
    since: 'first release',
    counts: OF_NETWORKS,
  }),
  mixup: knob({
    schema: z
      .number()
      .min(0)
      .max(100)
      .describe('The a of mixup, whose shares are drawn from Beta(a, a); 0 turns it off.'),
    default: 0,
    column: { kind: 'number', text: 'a of mixup with shares from Beta(a, a); 0 is no mixup' },
    section: 'train',
    since: 'first release',
    counts: OF_NETWORKS,
    advised: { lowest: 0, highest: 10 },
  }),
  select: knob({
    schema: z
      .enum(['best', 'log_loss', 'last'])
      .describe(
        'Which weights are kept: those of the epoch with the best validation metric (`best`), of the one with the lowest log-loss on the validation rows (`log_loss`), or of the last one (`last`). `patience` waits for the same; under `last` for the metric.',
      ),
    default: 'best',
    column: {
      kind: 'text',
      text: 'which weights are kept: of the epoch with the `best` metric, of that with the lowest `log_loss`, or of the `last` one',
    },
    section: 'train',
    since: 'first release',
  }),
  hidden: knob({
    schema: z
      .array(z.int().min(1).max(65_536))
      .max(32)
      .describe('Widths of the hidden layers; [] is softmax regression.'),
    default: [128, 64],
    column: { kind: 'list', text: 'JSON text of the list of hidden widths' },
    section: 'model',
    since: 'first release',
    counts: OF_NETWORKS,
  }),
  activation: knob({
    schema: z.enum(['relu', 'tanh']).describe('Activation of the hidden layers.'),
    default: 'relu',
    column: { kind: 'text', text: '`relu` or `tanh`' },
    section: 'model',
    since: 'first release',
    counts: OF_NETWORKS,
  }),
  dropout: knob({
    schema: z.number().min(0).lt(1).describe('Share of hidden units dropped in training.'),
    default: 0,
    column: { kind: 'number', text: 'share of hidden units dropped in training' },
    section: 'model',
    since: 'first release',
    counts: OF_NETWORKS,
    advised: { lowest: 0, highest: 0.9 },
  }),
  logit_adjustment: knob({
    schema: z
      .number()
      .min(0)
      .max(100)
      .describe(
        'Logit adjustment τ (Menon et al. 2021): in the loss, τ · log π_c is added to the logit of every class c, where π_c is its share of the training rows; γ and α apply on top. The training and the validation loss use the adjusted logits; predictions, metrics, `log_loss` and stored logits use the plain ones. 0 turns it off.',
      ),
    default: 0,
    column: { kind: 'number', text: 'τ of logit adjustment in the loss; 0 is no adjustment' },
    section: 'train',
    since: 'later',
    plain: { value: 0, sign: 'τ' },
    advised: { lowest: 0, highest: 5 },
  }),
  loss: knob({
    schema: z
      .enum(['focal', 'ldam', 'poly1'], {
        error: ({ input }) =>
          input === 'class_balanced'
            ? 'Class-balanced loss is a scheme of α: write `alpha: {effective_number: 0.999}`, with any of them.'
            : undefined,
      })
      .describe(
        'The loss: `focal` (Lin et al. 2017); `ldam` (Cao et al. 2019), which takes a margin off the logit of the true class, the larger the rarer the class; or `poly1` (Leng et al. 2022), focal loss + ε · (1 − p_t)^(γ + 1). γ, α and `logit_adjustment` apply to each of them. Class-balanced loss (Cui et al. 2019) is `alpha: {effective_number: β}`.',
      ),
    default: 'focal',
    column: { kind: 'text', text: 'the loss: `focal`, `ldam` or `poly1`' },
    section: 'train',
    since: 'later',
    plain: { value: 'focal', sign: 'loss' },
  }),
  ldam_margin: knob({
    schema: z
      .number()
      .min(0)
      .max(100)
      .describe(
        'The largest margin of `ldam`, that of the rarest class, in units of a logit: class c has `ldam_margin` · (n_min / n_c)^¼, n_c being its training rows. The training and the validation loss have the margins; predictions, metrics, `log_loss` and stored logits do not.',
      ),
    default: 0.5,
    column: { kind: 'number', text: 'margin of `ldam` for the rarest class' },
    section: 'train',
    since: 'later',
    counts: { under: 'loss', values: ['ldam'] },
    advised: { lowest: 0, highest: 20 },
  }),
  poly_epsilon: knob({
    schema: z.number().min(-1).max(100).describe('ε of `poly1`; 0 is focal loss.'),
    default: 1,
    column: { kind: 'number', text: 'ε of `poly1`' },
    section: 'train',
    since: 'later',
    counts: { under: 'loss', values: ['poly1'] },
    advised: { lowest: -1, highest: 10 },
  }),
  model: knob({
    schema: z.enum(['mlp', 'trees']).describe('`mlp`, a multilayer perceptron, or `trees`, boosted trees.'),
    default: 'mlp',
    column: { kind: 'text', text: '`mlp` or `trees`' },
    section: 'model',
    since: 'later',
  }),
  ...TREE_KNOBS,
  ...PREPARATION_KNOBS,
  residual: knob({
    schema: z
      .boolean()
      .describe(
        'Whether the network is residual (Gorishniy et al. 2021): a layer to the width of `hidden`, then a block for each of its entries, which are all equal: layer normalisation, a layer with activation and dropout, and a layer with dropout whose outputs are added to what the block was given. `[128, 128]` is two blocks of width 128.',
      ),
    default: false,
    column: { kind: 'flag', text: 'whether the hidden layers are residual blocks: `true` or `false`' },
    section: 'model',
    since: 'later',
    counts: OF_NETWORKS,
  }),
};

type DeepReadonly<T> = T extends object ? { readonly [key in keyof T]: DeepReadonly<T[key]> } : T;

/** Its type has no name, so that the declarations of the library contain the types of the values and not those of zod. */
function defaultsOf<Table extends { readonly [name in keyof Table]: Knob }>(
  table: Table,
): { readonly [name in keyof Table]: DeepReadonly<z.output<Table[name]['schema']>> } {
  const entries = Object.entries<Knob>(table).map(([name, row]) => [name, row.default]);
  return Object.fromEntries(entries);
}

/** The value of each knob if the spec does not set it. */
export const KNOB_DEFAULTS = defaultsOf(KNOBS);

/** Every knob of a configuration, complete; the names are those of the sweep spec. */
export type TrialConfig = typeof KNOB_DEFAULTS;
export type KnobName = keyof TrialConfig;
/** The names of all knobs, in the order of the table. */
export const KNOB_NAMES = Object.keys(KNOBS) as readonly KnobName[];

/** The row of a knob, as every row is; undefined for a parameter that only a program knows. @internal */
export function knobRow(name: KnobName): Knob;
/** @internal */
export function knobRow(name: string): Knob | undefined;
/** @internal */
export function knobRow(name: string): Knob | undefined {
  return Object.hasOwn(KNOBS, name) ? KNOBS[name as KnobName] : undefined;
}
