import { readFileSync } from 'node:fs';
import type { TrajectoryCase } from '../../shared-fixtures.js';

/** Weights in the order of `placedLayers`. */
type ResidualCase = Omit<TrajectoryCase, 'initial' | 'final'> & {
  readonly activation: 'relu' | 'tanh';
  readonly initial: readonly number[];
  readonly final: readonly number[];
};

/** Reference values by PyTorch: see fixtures/make_residual.py. */
export const RESIDUAL_CASES = JSON.parse(
  readFileSync(new URL('./fixtures/residual.json', import.meta.url), 'utf8'),
) as { readonly trajectories: readonly ResidualCase[] };
