import { readFileSync } from 'node:fs';
import type { FocalLossCase, TrajectoryCase } from '../shared-fixtures.js';

interface Adjustment {
  readonly tau: number;
}

interface Fixture {
  readonly losses: readonly (Omit<FocalLossCase, 'classes' | 'sum'> &
    Adjustment & { readonly counts: readonly number[] })[];
  readonly trajectories: readonly (TrajectoryCase & Adjustment)[];
}

/** Reference values by PyTorch: see fixtures/make_logit_adjustment.py. */
export const LOGIT_ADJUSTMENT_CASES = JSON.parse(
  readFileSync(new URL('./fixtures/logit-adjustment.json', import.meta.url), 'utf8'),
) as Fixture;

/** τ · log π_c of classes with so many training rows. */
export function priorOffsets(counts: readonly number[], tau: number): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => tau * Math.log(count / total));
}
