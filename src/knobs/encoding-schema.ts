import { z } from 'zod';

/** How a number becomes several features. */
export const encodingSchema = z
  .union([
    z.literal('none'),
    z.strictObject({
      bins: z
        .literal('target', {
          error: 'Write `bins: target`; without `bins:`, they are quantiles.',
        })
        .optional(),
      piecewise_linear: z.int().min(2).max(256),
    }),
  ])
  .describe(
    'How a number becomes several features: `{piecewise_linear: 16}` cuts it at 16 quantiles of the training rows, a feature each, 1 below the number, 0 above and a fraction at it (Gorishniy et al. 2022); `{piecewise_linear: 16, bins: target}` cuts it where a decision tree with 16 leaves, on the classes of the training rows, would; `none` is one feature.',
  );
