import { isForProgram } from '../../program.js';
import { isUnconstrained } from '../../spec/aims.js';
import type { KeepWord } from '../../sweep.js';
import type { Ranking } from '../ranking/ranking.js';

/**
 * What to predict with: the first rank, or the aim for which another of the best means is chosen, whose weights are kept, too; undefined if
 * nothing is kept, and for a program, with which only that program can predict.
 */
export function keptWord(
  keep: KeepWord,
  { choices, configurations, sweep }: Pick<Ranking, 'choices' | 'configurations' | 'sweep'>,
): string | undefined {
  if (keep === 'none') return undefined;
  const main = choices.find(({ aim }) => isUnconstrained(aim) && aim.metric.name === sweep.metric.name);
  const isFirst = keep === 'best' || (main?.configuration?.rank ?? 1) === 1;
  const best = isFirst ? configurations[0] : main?.configuration;
  if (!best || isForProgram(best.config)) return undefined;
  return isFirst ? '1' : main?.aim.name;
}
