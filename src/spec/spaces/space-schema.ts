import { z } from 'zod';
import { KNOB_DEFAULTS, KNOB_NAMES, KNOBS, type KnobName, knobRow } from '../../knobs/knobs.js';
import { axisSchema } from '../axes/axis-schema.js';
import { programKeys } from '../programs/program-schema.js';

/** The model is the `type` of its section, and no axis. */
const AXIS_KNOBS = KNOB_NAMES.filter((knob) => knob !== 'model');

/** The knobs of a section as constants. */
function constants(section: 'model' | 'train') {
  const knobs = AXIS_KNOBS.filter((knob) => knobRow(knob).section === section);
  return Object.fromEntries(knobs.map((knob) => [knob, constant(knob)]));
}

/** A knob as a constant. @internal */
export function constant<Name extends KnobName>(knob: Name): z.ZodOptional<(typeof KNOBS)[Name]['schema']> {
  const { schema }: { readonly schema: (typeof KNOBS)[Name]['schema'] } = KNOBS[knob];
  return schema.optional().meta({ description: withDefault(knob) });
}

function withDefault(knob: KnobName): string {
  return `${knobRow(knob).schema.description ?? ''} Default ${JSON.stringify(KNOB_DEFAULTS[knob])}.`;
}

/** The axes of the search space. @internal */
export const parametersSchema = z.strictObject(
  Object.fromEntries(
    AXIS_KNOBS.map((knob) => {
      const row = knobRow(knob);
      return [
        knob,
        axisSchema(row)
          .optional()
          .meta({ description: row.schema.description ?? '' }),
      ];
    }),
  ),
);

/** The model and its knobs. @internal */
export const modelSchema = z.strictObject({
  type: z
    .enum(['mlp', 'trees'])
    .optional()
    .describe(
      '`mlp`, a multilayer perceptron (the default), or `trees`, boosted trees under the same loss: an epoch is then a round, and the defaults are `learning_rate: 0.1`, `epochs: 100`, `patience: 20` and `select: log_loss`.',
    ),
  ...constants('model'),
});

/** The other knobs as constants, and a program of the user's own. @internal */
export const trainSchema = z.strictObject({ ...constants('train'), ...programKeys });

/** One of several spaces. @internal */
export const spaceSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[\p{L}\p{N}][\p{L}\p{N} ._+-]{0,39}$/u,
      'must be 1 to 40 letters, digits, spaces or any of . _ + -, and begin with a letter or digit',
    )
    .describe('What results call the space; each has another name.'),
  model: modelSchema.optional().describe('Its model; what it does not set is as at the top.'),
  train: trainSchema.optional().describe('Its other knobs; what it does not set is as at the top.'),
  data: z
    .strictObject({ normalize: constant('normalize'), encode_numbers: constant('encode_numbers') })
    .optional()
    .describe('How it prepares numbers, if not as `data:` at the top says.'),
  parameters: parametersSchema
    .optional()
    .describe(
      'Its axes, beside those at the top. An axis or a constant of the space replaces what the top says of the same knob.',
    ),
});
