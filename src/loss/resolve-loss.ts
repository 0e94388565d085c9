import type { TrialConfig } from '../sweep.js';
import { type AlphaContext, resolveAlpha } from './alpha.js';
import type { FocalParameters } from './focal-loss.js';

/** A loss as engines compute it: its schemes resolved to numbers per class. */
export interface ClassLoss extends FocalParameters {
  readonly alpha: Float32Array;
}

/** The loss of a configuration on these classes. Throws UserError as `resolveAlpha` does. */
export function resolveLoss({ alpha, gamma }: TrialConfig, context: AlphaContext): ClassLoss {
  return { alpha: resolveAlpha(alpha, context), gamma };
}
