import type { Interval } from '../metrics/intervals.js';
import type { SeedSummary } from '../metrics/seed-statistics.js';

/** Three decimals; a dash where there is no number. */
export function shown(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(3);
}

/** `0.556–0.620`; with words where a side is negative. */
export function interval({ low, high }: Interval): string {
  if (Number.isNaN(low)) return '–';
  return low < 0 ? `${low.toFixed(3)} to ${high.toFixed(3)}` : `${low.toFixed(3)}–${high.toFixed(3)}`;
}

/** `0.612 ±0.013`; without the margin for one seed. */
export function withMargin({ mean, margin }: SeedSummary): string {
  return Number.isNaN(margin) ? mean.toFixed(3) : `${mean.toFixed(3)} ±${margin.toFixed(3)}`;
}

/** A difference with its sign; ± where it is rounded to nothing. */
export function sign(value: number, digits: number): string {
  const size = Math.abs(value).toFixed(digits);
  return `${Number(size) === 0 ? '±' : value < 0 ? '−' : '+'}${size}`;
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
