import { z } from 'zod';
import { DISTRIBUTION_NAMES, RANGE_KEYS } from './axes/axis-schema.js';
import { isFree } from './programs/own-parameters.js';
import { sweepSchema } from './schema.js';

type Schema = z.core.JSONSchema.JSONSchema;

/** The axis of a parameter that only programs know. */
const FREE_AXIS: Schema = {
  type: 'object',
  properties: {
    values: { type: 'array', minItems: 1, maxItems: 10_000 },
    value: {},
    distribution: { type: 'string', enum: [...DISTRIBUTION_NAMES] },
    probabilities: { type: 'array', minItems: 1, items: { type: 'number', minimum: 0, maximum: 1 } },
    ...Object.fromEntries(RANGE_KEYS.map((key) => [key, { type: 'number' }])),
  },
  additionalProperties: false,
};

/**
 * The sweep spec as JSON Schema draft-07, the draft that editors' YAML servers read. Names and words that only programs know are
 * mistakes where no program trains.
 */
export function sweepJsonSchema(): object {
  const schema = z.toJSONSchema(sweepSchema, { target: 'draft-7', io: 'input' });
  const { parameters, spaces } = schema.properties ?? {};
  if (!isSchema(parameters) || !isSchema(spaces) || !isSchema(spaces.items)) throw new TypeError('no axes');
  const ofSpace = spaces.items.properties?.parameters;
  if (!isSchema(ofSpace)) throw new TypeError('no axes of spaces');
  const items = {
    ...spaces.items,
    properties: { ...spaces.items.properties, parameters: free(ofSpace) },
  };
  return {
    ...schema,
    properties: { ...schema.properties, parameters: free(parameters), spaces: { ...spaces, items } },
    definitions: { axes: strict(parameters), program: PROGRAM },
    if: {
      anyOf: [PROGRAM_HERE, { required: ['spaces'], properties: { spaces: { contains: PROGRAM_HERE } } }],
    },
    else: {
      required: ['data'],
      properties: { parameters: AXES, spaces: { items: { properties: { parameters: AXES } } } },
    },
  };
}

const PROGRAM: Schema = { anyOf: [{ required: ['command'] }, { required: ['module'] }] };
const PROGRAM_HERE: Schema = {
  required: ['train'],
  properties: { train: { $ref: '#/definitions/program' } },
};
const AXES: Schema = { $ref: '#/definitions/axes' };

function isSchema(schema: unknown): schema is Schema {
  return typeof schema === 'object' && schema !== null;
}

/** Axes of a program: its own, and knobs whose values are words of its own. */
function free({ properties = {}, ...rest }: Schema): Schema {
  const axes = Object.entries(properties).map(([name, axis]) => {
    const description = isSchema(axis) ? axis.description : undefined;
    return [name, isFree(name) ? { ...(description !== undefined && { description }), ...FREE_AXIS } : axis];
  });
  return { ...rest, properties: Object.fromEntries(axes), additionalProperties: FREE_AXIS };
}

/** What the axes of a trainer of this package are held to beside that. */
function strict({ properties = {} }: Schema): Schema {
  const words = Object.entries(properties).filter(([name]) => isFree(name));
  return { propertyNames: { enum: Object.keys(properties) }, properties: Object.fromEntries(words) };
}
