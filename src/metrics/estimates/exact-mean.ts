/**
 * The mean, as SQLite's `avg` has it: the sum is compensated (Kahan, Babuška and Neumaier), so that equal values have equal means
 * in whatever order they come.
 */
export function exactMean(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) > Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return (Number.isFinite(lost) ? sum + lost : sum) / values.length;
}
