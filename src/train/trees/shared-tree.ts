import type { RandomStream } from '../../random.js';
import type { Layout } from './tree-kernel.js';

/** The numbers of a sum in native/shared-split.h: mixtures of the classes' gradients, their curvature, and rows. */
export const SHARED_SUMS = 8;
const MIXTURES = SHARED_SUMS - 2;

/** What the kernel needs where each class has a tree. */
export const OF_A_CLASS = { sum: ['i64', 1], others: {} } as const;

/** What it needs where all classes share one. */
export function ofAllClasses(rows: number, classes: number, nodes: number) {
  const others: Layout = {
    weights: ['f32', SHARED_SUMS * classes],
    mixed: ['f32', SHARED_SUMS * rows],
    below: ['f64', 2 * nodes],
  };
  return { sum: ['i32', SHARED_SUMS], others } as const;
}

/** By class, its weight in each mixture: +1 or −1 by chance. Few classes are not mixed. */
export function mixtureWeights(classes: number, stream: RandomStream): Float32Array {
  const weights = new Float32Array(SHARED_SUMS * classes);
  for (let cls = 0; cls < classes; cls++) {
    for (let mixture = 0; mixture < MIXTURES; mixture++) {
      weights[SHARED_SUMS * cls + mixture] =
        classes <= MIXTURES ? Number(cls === mixture) : 2 * stream.integer(2) - 1;
    }
  }
  return weights;
}
