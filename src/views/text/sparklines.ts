const STEPS = '▁▂▃▄▅▆▇█';
const PARTS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A line of at most `width` characters, scaled from the lowest value to the highest; longer series are averaged. */
export function sparkline(values: readonly number[], width = 30): string {
  const count = Math.min(width, values.length);
  const bins = Array.from({ length: count }, (_, bin) => {
    const part = values.slice(
      Math.floor((bin * values.length) / count),
      Math.floor(((bin + 1) * values.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const finite = bins.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return bins
    .map((value) => {
      if (!Number.isFinite(value)) return '?';
      const height = high > low ? (value - low) / (high - low) : 0.5;
      return STEPS.charAt(Math.min(STEPS.length - 1, Math.floor(height * STEPS.length)));
    })
    .join('');
}

/** A share as a bar of at most `width` characters, to an eighth of one. */
export function bar(share: number, width = 10): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (PARTS[eighths % 8] ?? '');
}
