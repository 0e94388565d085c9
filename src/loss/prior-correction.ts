import type { TrialConfig } from '../sweep.js';
import { type AlphaContext, resolveAlpha, supportOf } from './alpha.js';

/**
 * What to add to the logits of a configuration so that softmax gives probabilities for the classes' shares of the training rows,
 * in nats: −log α_c − log s_c + τ · log π_c, with s_c how much more often than its share π_c the sampler draws a class. Exact for
 * γ = 0, where the loss is proper (Saerens, Latinne & Decaestecker 2002); an approximation for γ > 0, `ldam` and `poly1`. Null if
 * nothing is added, or if a class has weight 0.
 */
export function priorCorrection(
  { alpha, sampler, logit_adjustment: tau }: TrialConfig,
  context: AlphaContext,
): readonly number[] | null {
  const rows = supportOf(context);
  const total = rows.reduce((sum, count) => sum + count, 0);
  const weights = resolveAlpha(alpha, context);
  const offsets = rows.map((count, cls) => {
    const share = count / total;
    const drawn = sampler === 'shuffle' ? 1 : 1 / (rows.length * share);
    return tau * Math.log(share) - Math.log(weights[cls] as number) - Math.log(drawn);
  });
  const [first = 0] = offsets;
  const isEven = offsets.every((offset) => Math.abs(offset - first) < 1e-6);
  return isEven || !offsets.every(Number.isFinite)
    ? null
    : offsets.map((offset) => offset - Math.max(...offsets));
}
