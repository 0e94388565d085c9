import type { TrialConfig } from '../sweep.js';
import { type AlphaContext, resolveAlpha, supportOf } from './alpha.js';
import type { FocalParameters } from './focal-loss.js';

/** A loss as engines compute it: its schemes resolved to numbers per class. */
export interface ClassLoss extends FocalParameters {
  readonly alpha: Float32Array;
  readonly offsets?: Float32Array;
}

/** The loss of a configuration on these classes. Throws UserError as `resolveAlpha` does. */
export function resolveLoss(config: TrialConfig, context: AlphaContext): ClassLoss {
  const { gamma, logit_adjustment: tau } = config;
  const loss = { alpha: resolveAlpha(config.alpha, context), gamma };
  return tau === 0 ? loss : { ...loss, offsets: priorOffsets(tau, context) };
}

/** τ · log π_c, π_c being the class's share of the training rows. Menon et al. 2021, "Long-tail learning via logit adjustment". */
function priorOffsets(tau: number, context: AlphaContext): Float32Array {
  const rows = supportOf(context);
  const total = rows.reduce((sum, count) => sum + count, 0);
  return Float32Array.from(rows, (count) => tau * Math.log(count / total));
}
