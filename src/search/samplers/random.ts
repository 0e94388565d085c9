import { randomStream } from '../../random.js';
import type { CubePoint } from './drawn.js';

/** Independent uniform points; each has a stream of its own, so that it is the same whatever was drawn before. */
export function randomPoints(seed: number, dimensions: number): CubePoint {
  return (index) => {
    const stream = randomStream(seed, 'search', index);
    return Array.from({ length: dimensions }, () => stream.uniform());
  };
}
