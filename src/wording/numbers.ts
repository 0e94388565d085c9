import type { Interval } from '../sweep.js';

/*
 * Every number that people read is rounded here, so that a value reads the same everywhere. Minus is U+2212, what rounds to
 * zero has no sign, and NaN is a dash.
 */

/** A figure with a fixed number of decimals, three for metrics. */
export function figure(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(size) !== 0 ? '−' : ''}${size}`;
}

/** A difference, with its sign. */
export function signed(value: number, digits = 3): string {
  const text = figure(value, digits);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** A share in hundredths, rounded as `figure` rounds the share itself: 0.965 is shown as 0.96, and so are 96 of 100. */
export function hundredths(share: number, digits = 0): number {
  return 100 * Number(share.toFixed(digits + 2));
}

/** A whole number as `12,000`; without `Intl`, whose first use takes long. */
export function withCommas(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A size in bytes as `1.4 MB`, of 10⁶ bytes. */
export function megabytes(bytes: number): string {
  return `${figure(bytes / 1e6, 1)} MB`;
}

/** A share as per cent. */
export function percent(share: number, digits = 0): string {
  return Number.isNaN(share) ? '–' : `${figure(hundredths(share, digits), digits)} %`;
}

/** Significant digits, for what may be of any size. */
export function significant(value: number, digits = 3): string {
  if (Number.isNaN(value)) return '–';
  return `${value < 0 ? '−' : ''}${Number(Math.abs(value).toPrecision(digits))}`;
}

/** `0.556–0.620`; with words where a side is negative. */
export function interval({ low, high }: Interval): string {
  if (Number.isNaN(low)) return '–';
  return `${figure(low)}${low < 0 ? ' to ' : '–'}${figure(high)}`;
}

/** `−0.004 to +0.046`, of a difference. */
export function signedInterval({ low, high }: Interval): string {
  return Number.isNaN(low) ? '–' : `${signed(low)} to ${signed(high)}`;
}

/** `+0.009 (95 % −0.004 to +0.022)`, of a difference. */
export function signedWithInterval({
  mean,
  interval: own,
}: {
  readonly mean: number;
  readonly interval: Interval;
}): string {
  return Number.isNaN(own.low) ? signed(mean) : `${signed(mean)} (95 % ${signedInterval(own)})`;
}

/** `0.585 (95 % 0.561 to 0.604)`. */
export function withInterval({
  mean,
  interval: { low, high },
}: {
  readonly mean: number;
  readonly interval: Interval;
}): string {
  return Number.isNaN(low) ? figure(mean) : `${figure(mean)} (95 % ${figure(low)} to ${figure(high)})`;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** `1–5, 8` for ascending seeds. */
export function seedList(seeds: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const seed of seeds) {
    const last = runs.at(-1);
    if (last !== undefined && seed === last[1] + 1) last[1] = seed;
    else runs.push([seed, seed]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}
