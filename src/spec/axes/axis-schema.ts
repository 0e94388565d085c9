import { z } from 'zod';
import { alphaNumber } from '../../knobs/alpha-schema.js';
import type { Knob } from '../../knobs/knob.js';
import type { Distribution, KnobValue } from '../distribution.js';

/** The name of a distribution, as W&B has it. @internal */
export type DistributionName = Exclude<Distribution['type'], 'values'>;

/** The keys of each distribution: null where they are needed, or their default. @internal */
export const DISTRIBUTION_KEYS: {
  readonly [name in DistributionName]: { readonly [key in keyof AxisInput]?: number | null };
} = {
  constant: { value: null },
  categorical: { values: null },
  uniform: { min: null, max: null },
  int_uniform: { min: null, max: null },
  q_uniform: { min: null, max: null, q: 1 },
  log_uniform_values: { min: null, max: null },
  q_log_uniform_values: { min: null, max: null, q: 1 },
  normal: { mu: 0, sigma: 1 },
  q_normal: { mu: 0, sigma: 1, q: 1 },
  log_normal: { mu: 0, sigma: 1 },
  q_log_normal: { mu: 0, sigma: 1, q: 1 },
};
/** @internal */
export const DISTRIBUTION_NAMES = Object.keys(DISTRIBUTION_KEYS) as readonly DistributionName[];
/** Words of W&B for what is written otherwise here. @internal */
export function distributionFix(written: unknown): string | undefined {
  const isLogarithm = written === 'log_uniform' || written === 'q_log_uniform';
  return isLogarithm
    ? `Write \`distribution: ${written}_values\` with the bounds themselves, not their logarithms.`
    : undefined;
}
const LISTS = ['constant', 'categorical'] as const satisfies readonly DistributionName[];

/** The keys of an axis that say a range. @internal */
export const RANGE_KEYS = ['min', 'max', 'mu', 'sigma', 'q'] as const;

/** An axis as the spec has it. @internal */
export interface AxisInput {
  readonly values?: readonly KnobValue[];
  readonly value?: KnobValue;
  readonly distribution?: string;
  readonly probabilities?: readonly number[];
  readonly min?: number;
  readonly max?: number;
  readonly mu?: number;
  readonly sigma?: number;
  readonly q?: number;
}

/** @internal */
export const ONE_FORM = 'needs either `values: […]` or `value:`';

/** Whether an axis says its values in one way, as far as its keys show. @internal */
export function isOneForm({ values, value, distribution, ...rest }: AxisInput): boolean {
  const isRange = RANGE_KEYS.some((key) => rest[key] !== undefined) || isNormal(distribution);
  return [values !== undefined, value !== undefined, isRange].filter(Boolean).length === 1;
}

/** Normal distributions have defaults for all their keys. */
function isNormal(distribution: unknown): boolean {
  return typeof distribution === 'string' && distribution.endsWith('normal');
}

/** An axis with W&B's keys: `values`, `value` for a constant, or a range where its values are numbers. @internal */
export function axisSchema({ schema, column: { kind } }: Knob): z.ZodType {
  const lists = {
    values: z.array(schema).min(1).max(10_000).optional(),
    value: schema.optional(),
    probabilities: z
      .array(z.number().min(0).max(1))
      .min(1)
      .optional()
      .describe('Of each of the values; they sum to 1.'),
  };
  if (kind !== 'number' && kind !== 'alpha') {
    return z
      .strictObject({ ...lists, distribution: z.enum(LISTS).optional() })
      .refine((axis) => isOneForm(axis as AxisInput), ONE_FORM);
  }
  const bound = (kind === 'alpha' ? alphaNumber : schema).optional();
  return z
    .strictObject({
      ...lists,
      distribution: z
        .enum(DISTRIBUTION_NAMES, { error: ({ input }) => distributionFix(input) })
        .optional()
        .describe('What values are drawn from. Default: `int_uniform` for whole bounds, else `uniform`.'),
      min: bound.meta({ description: 'Of a range: its lowest value.' }),
      max: bound.meta({ description: 'Of a range: its highest value.' }),
      mu: z
        .number()
        .optional()
        .describe('Of a normal distribution: its mean, or that of the logarithm. Default 0.'),
      sigma: z
        .number()
        .gt(0)
        .optional()
        .describe('Of a normal distribution: its standard deviation. Default 1.'),
      q: z
        .number()
        .gt(0)
        .optional()
        .describe('Of a distribution `q_…`: values are multiples of it. Default 1.'),
    })
    .refine((axis) => isOneForm(axis as AxisInput), `${ONE_FORM}, or a range with \`min:\` and \`max:\``);
}
