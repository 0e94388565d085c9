// Figures as docs/tuning-focal-loss.md writes them.
/** Mean and half the width of its 95 % interval. */
export const figure = ({ mean, margin }, digits = 3) => `${mean.toFixed(digits)} ±${margin.toFixed(digits)}`;
/** The same for epochs. */
export const epochs = (summary) => figure(summary, 1);
const sign = (value, digits) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
/** Bold where the interval leaves 0 out. */
export function signed({ mean, margin }, digits = 3) {
  const text = `${sign(mean, digits)} ±${margin.toFixed(digits)}`;
  return Math.abs(mean) > margin ? `**${text}**` : text;
}
