import { z } from 'zod';
import type { StopSetting } from '../stop-setting.js';

export const STOP_TYPES = [
  'none',
  'halving_then_racing',
  'successive_halving',
  'median',
  'hyperband',
] as const satisfies readonly StopSetting['type'][];

/** The `stop:` section. */
export const stopSchema = z.strictObject({
  type: z
    .enum(STOP_TYPES)
    .describe(
      '`halving_then_racing` halves the configurations on one seed, then trains further seeds of those that can still be chosen, about ten at most; `successive_halving` keeps one of `eta` at epochs `grace`, `grace` × `eta` and so on, on one seed; `hyperband` drops at the same epochs what is not among the best of all that reached them (of a search that learns: of its generation); `median` drops what is behind the median; `none` (the default) trains everything.',
    ),
  grace: z
    .int()
    .min(1)
    .optional()
    .describe(
      'The first epoch at which configurations are judged. Default 3 of `halving_then_racing`, 5 of the others.',
    ),
  eta: z.int().min(2).optional().describe('One of so many goes on. Default 2.'),
  every: z.int().min(1).optional().describe('Of `median`: epochs between two judgements. Default 1.'),
  max_seeds: z
    .int()
    .min(1)
    .optional()
    .describe('Of `halving_then_racing`: seeds of a configuration at most. Default: all.'),
});

/** The `early_terminate:` section of W&B's sweeps. */
export const earlyTerminateSchema = z.strictObject({
  type: z.literal('hyperband').describe('`hyperband`, the only one that there is.'),
  min_iter: z
    .int()
    .min(1)
    .optional()
    .describe('The first epoch at which configurations are judged; then × `eta`.'),
  max_iter: z.int().min(1).optional().describe('Or the last epoch, with `s`.'),
  s: z.int().min(1).optional().describe('Of `max_iter`: how many rungs, at `max_iter` / `eta` and so on.'),
  eta: z.int().min(2).optional().describe('One of so many goes on. Default 3.'),
  strict: z
    .boolean()
    .optional()
    .describe('Judge by the epoch of the rung instead of the best epoch so far. Default false.'),
});

export type StopInput = z.infer<typeof stopSchema>;
export type EarlyTerminateInput = z.infer<typeof earlyTerminateSchema>;
