import { readFileSync } from 'node:fs';
import { KNOB_DEFAULTS } from '../../src/knobs/knobs.js';
import type { ClassLoss } from '../../src/loss/resolve-loss.js';
import { resolveLoss } from '../../src/loss/resolve-loss.js';
import type { FocalLossCase, TrajectoryCase } from '../shared-fixtures.js';

interface Named {
  readonly loss: 'ldam' | 'poly1';
}

interface Fixture {
  readonly largest_margin: number;
  readonly epsilon: number;
  readonly losses: readonly (Omit<FocalLossCase, 'classes' | 'sum'> &
    Named & { readonly counts: readonly number[] })[];
  readonly trajectories: readonly (TrajectoryCase & Named)[];
}

/** Reference values by PyTorch: see fixtures/make_losses.py. */
export const REFERENCE_LOSSES = JSON.parse(
  readFileSync(new URL('./fixtures/losses.json', import.meta.url), 'utf8'),
) as Fixture;

/** The knobs of a case's loss. */
export function lossKnobs(loss: Named['loss']) {
  return { loss, ldam_margin: REFERENCE_LOSSES.largest_margin, poly_epsilon: REFERENCE_LOSSES.epsilon };
}

/** The loss of a case, resolved from its knobs. */
export function lossOfCase({
  loss,
  alpha,
  gamma,
  counts,
}: (typeof REFERENCE_LOSSES.losses)[number]): ClassLoss {
  const classNames = counts.map((_, index) => `class ${index}`);
  return resolveLoss(
    { ...KNOB_DEFAULTS, ...lossKnobs(loss), alpha, gamma },
    { classNames, trainSupport: counts },
  );
}
