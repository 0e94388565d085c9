import type { TrialConfig } from '../sweep.js';
import { type AlphaContext, resolveAlpha, supportOf } from './alpha.js';
import type { FocalParameters } from './focal-loss.js';

/** A loss as engines compute it: its schemes resolved to numbers per class. */
export interface ClassLoss extends FocalParameters {
  readonly alpha: Float32Array;
  readonly offsets?: Float32Array;
  readonly margins?: Float32Array;
}

/** The loss of a configuration on these classes. Throws UserError as `resolveAlpha` does. */
export function resolveLoss(config: TrialConfig, context: AlphaContext): ClassLoss {
  const { gamma, logit_adjustment: tau } = config;
  return {
    alpha: resolveAlpha(config.alpha, context),
    gamma,
    ...(tau !== 0 && { offsets: priorOffsets(tau, context) }),
    ...(config.loss === 'ldam' && { margins: classMargins(config.ldam_margin, context) }),
    ...(config.loss === 'poly1' && { polyEpsilon: config.poly_epsilon }),
  };
}

/**
 * Largest · (n_min / n_c)^¼, in proportion to n_c^−¼, n_min being the rows of the rarest class that has any; a class without rows
 * has its margin. Cao et al. 2019, "Learning Imbalanced Datasets with Label-Distribution-Aware Margin Loss". There the logits are
 * cosines and a scale s = 30 makes them large enough for softmax. Ours are not bounded: s would only scale the last layer and, as
 * s · m_c, the margins, so there is none.
 */
function classMargins(largest: number, { classNames, trainSupport }: AlphaContext): Float32Array {
  const rows = classNames.map((_, index) => trainSupport[index] ?? 0);
  const rarest = Math.min(...rows.filter((count) => count > 0));
  return Float32Array.from(rows, (count) => largest * (rarest / Math.max(rarest, count)) ** 0.25);
}

/** τ · log π_c, π_c being the class's share of the training rows. Menon et al. 2021, "Long-tail learning via logit adjustment". */
function priorOffsets(tau: number, context: AlphaContext): Float32Array {
  const rows = supportOf(context);
  const total = rows.reduce((sum, count) => sum + count, 0);
  return Float32Array.from(rows, (count) => tau * Math.log(count / total));
}
