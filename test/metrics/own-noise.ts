/** Draws in which each trial alone is off, so that its own variance is `sizes[at]`². */
export function ownNoise(sizes: readonly number[]): readonly Float64Array[] {
  const count = sizes.length;
  return sizes.map((size, at) => {
    const draws = new Float64Array(2 * count);
    draws[2 * at] = size * Math.sqrt(count);
    draws[2 * at + 1] = -size * Math.sqrt(count);
    return draws;
  });
}

/** How far apart trials of one knob are. */
export const inARow = (count: number) => (a: number, b: number) => Math.abs(a - b) / (count - 1);
