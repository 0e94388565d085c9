import { z } from 'zod';

/** One α for all classes. */
export const alphaNumber = z.number().positive().max(1e6);

/** α of the focal loss, the only knob whose values may be objects. */
export const alphaSchema = z
  .union([
    alphaNumber,
    z.literal('balanced'),
    z.strictObject({ effective_number: z.number().min(0).lt(1) }),
    z
      .record(z.string(), alphaNumber)
      .refine((map) => Object.keys(map).length > 0, 'names no class')
      .refine(
        (map) => !('effective_number' in map),
        'effective_number must be in [0, 1) and be the only key',
      ),
    z.array(alphaNumber).min(2),
  ])
  .describe(
    'Class weights α: a number; `balanced` (N / (C·n_c), as scikit-learn); `{effective_number: β}` (Cui et al. 2019); a map from class name to weight, other classes 1; or a list in class order.',
  );
