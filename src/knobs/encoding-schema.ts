import { z } from 'zod';

/** How a number becomes several features. */
export const encodingSchema = z
  .union([z.literal('none'), z.strictObject({ piecewise_linear: z.int().min(2).max(256) })])
  .describe(
    'How a number becomes several features: `{piecewise_linear: 16}` cuts it at 16 quantiles of the training rows, a feature each, 1 below the number, 0 above and a fraction at it (Gorishniy et al. 2022); `none` is one feature.',
  );
