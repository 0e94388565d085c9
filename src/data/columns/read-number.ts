/** The largest magnitude that float32 holds. */
const FLOAT32_MAX = 3.4028234663852886e38;

const INFINITE = /^[+-]?inf(inity)?$/i;
/** Decimal notation only: `0x1f` is a name here, although JavaScript reads it as a number. */
const RADIX_PREFIX = /^0[box]/i;

/** The number that a text spells with a decimal point, NaN when it spells none, ±Infinity when it is infinite or beyond float32. */
export function readNumber(text: string): number {
  const value = Number(text);
  if (value === 0 && text.trim() === '') return Number.NaN;
  if (Number.isNaN(value)) return INFINITE.test(text) ? Number.POSITIVE_INFINITY : Number.NaN;
  if (RADIX_PREFIX.test(text)) return Number.NaN;
  return toFloat32Range(value);
}

/** ±Infinity for what float32 cannot hold. */
export function toFloat32Range(value: number): number {
  return Math.abs(value) > FLOAT32_MAX ? Number.POSITIVE_INFINITY : value;
}
