import { signed } from '../../wording/numbers.js';
import type { Difference } from './configuration.js';

/** `+0.021 (95 % −0.004 to +0.046, no evidence)`. */
export function change({ mean, interval, verdict }: Difference): string {
  if (Number.isNaN(interval.low)) return `${signed(mean)} (${verdict})`;
  return `${signed(mean)} (95 % ${signed(interval.low)} to ${signed(interval.high)}, ${verdict})`;
}
