import { type CountMetric, type Margins, marginMetric } from './margin-metrics.js';

const DERIVATIVE_STEP = 1e-4;

/**
 * By class, how a metric grows with a row of the class that is predicted rightly instead of as mistakes mostly are: its
 * derivative, 0 for a class without rows. It is taken downwards, so that all classes that are equally the worst have a part in it.
 */
export function hitEffects(name: CountMetric, margins: Margins, isRare: readonly boolean[]): Float64Array {
  const { support, predicted, hits } = margins;
  const value = marginMetric(name, margins, isRare);
  const mistakes = predicted.map((count, c) => Math.max(0, count - (hits[c] as number)));
  const all = mistakes.reduce((sum, count) => sum + count, 0);
  return support.map((rows, c) => {
    if (rows === 0) return 0;
    const elsewhere = all - (mistakes[c] as number);
    const shareOf = (other: number): number =>
      elsewhere === 0 ? 1 / Math.max(1, support.length - 1) : (mistakes[other] as number) / elsewhere;
    const worse = {
      support,
      hits: hits.with(c, (hits[c] as number) - DERIVATIVE_STEP),
      predicted: predicted.map((count, at) => count + (at === c ? -1 : shareOf(at)) * DERIVATIVE_STEP),
    };
    return (value - marginMetric(name, worse, isRare)) / DERIVATIVE_STEP;
  });
}
