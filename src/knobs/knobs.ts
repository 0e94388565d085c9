import { z } from 'zod';
import type { TrialConfig } from '../sweep.js';

const alphaNumber = z.number().positive().max(1e6);

/** α of the focal loss: the one knob whose values may be objects. */
export const alphaSchema = z
  .union([
    alphaNumber,
    z.literal('balanced'),
    z.strictObject({ effective_number: z.number().min(0).lt(1) }),
    z
      .record(z.string(), alphaNumber)
      .refine((map) => Object.keys(map).length > 0, 'names no class')
      .refine((map) => !('effective_number' in map), 'effective_number must be in [0, 1) and stand alone'),
    z.array(alphaNumber).min(2),
  ])
  .describe(
    'Class weights α: a number; `balanced` (N / (C·n_c), as scikit-learn); `{effective_number: β}` (Cui et al. 2019); a map from class name to weight, other classes 1; or a list in class order.',
  );

/** Every knob of a configuration with its limits; all of them can be an axis of the sweep. */
export const KNOB_SCHEMAS = {
  alpha: alphaSchema,
  gamma: z.number().min(0).max(50).describe('Focusing exponent γ of the focal loss; 0 is cross-entropy.'),
  learning_rate: z.number().positive().max(100).describe('Step size of the optimiser.'),
  epochs: z.int().min(1).max(1_000_000).describe('Most passes over the training rows.'),
  batch_size: z.int().min(1).max(65_536).describe('Rows per training step.'),
  optimizer: z
    .enum(['adam', 'adamw', 'sgd'])
    .describe('`adam` (weight decay as L2), `adamw` (decoupled) or `sgd` with momentum; as in PyTorch.'),
  momentum: z.number().min(0).lt(1).describe('Momentum of `sgd`; the others do not use it.'),
  weight_decay: z.number().min(0).max(10).describe('Weight decay.'),
  patience: z
    .int()
    .min(0)
    .max(1_000_000)
    .describe('Epochs without a better validation metric before a run stops; 0 never stops early.'),
  sampler: z
    .enum(['shuffle', 'weighted', 'balanced'])
    .describe(
      'How an epoch draws its rows: `shuffle` (each once), `weighted` (with replacement, by inverse class frequency: oversamples rare classes), `balanced` (every class equally often, in turn).',
    ),
  mixup: z.number().min(0).max(100).describe('Beta(a, a) mixup with this a; 0 is none.'),
  select: z
    .enum(['best', 'last'])
    .describe('Whose weights count: the epoch with the best validation metric, or the last one.'),
  hidden: z
    .array(z.int().min(1).max(65_536))
    .max(32)
    .describe('Widths of the hidden layers; [] is softmax regression.'),
  activation: z.enum(['relu', 'tanh']).describe('Activation of the hidden layers.'),
  dropout: z.number().min(0).lt(1).describe('Share of hidden units dropped in training.'),
} satisfies { [knob in keyof TrialConfig]: z.ZodType<TrialConfig[knob]> };

export type KnobName = keyof TrialConfig;
export const KNOB_NAMES = Object.keys(KNOB_SCHEMAS) as readonly KnobName[];

/** What a knob is when the spec does not say. */
export const KNOB_DEFAULTS: TrialConfig = {
  alpha: 1,
  gamma: 2,
  learning_rate: 0.001,
  epochs: 30,
  batch_size: 128,
  optimizer: 'adam',
  momentum: 0.9,
  weight_decay: 0,
  patience: 7,
  sampler: 'shuffle',
  mixup: 0,
  select: 'best',
  hidden: [128, 64],
  activation: 'relu',
  dropout: 0,
};
