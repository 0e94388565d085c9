import { knobValue } from '../../knobs/knob-value.js';
import { counted } from '../../wording/counted.js';
import { figure, sum } from '../../wording/numbers.js';
import type { Findings } from '../findings/findings.js';
import type { Configuration } from '../ranking/configuration.js';
import type { Advice } from './advice.js';

/**
 * Configurations that are right no more often than a model that always predicts the largest class. Of two classes, every model that
 * finds rows of a small one may be, so that says nothing there.
 */
export function majorityAdvice(
  { configurations, sweep: { dataset, metric } }: Findings,
  best: Configuration,
): readonly Advice[] {
  const support = dataset.support.validation;
  if (dataset.classNames.length === 2 && metric.name !== 'accuracy') return [];
  const rows = Math.max(...support);
  const share = rows / sum(support);
  const accuracyOf = ({ metrics }: Configuration): number => metrics.accuracy.mean;
  const below = configurations.filter((configuration) => accuracyOf(configuration) <= share);
  if (below.length === 0) return [];
  const majority = dataset.classNames[support.indexOf(rows)] ?? '';
  const isBest = below.includes(best);
  const count = `${below.length} of ${counted(configurations.length, 'configuration')}`;
  return [
    {
      id: 'below-majority',
      title: isBest
        ? `The best configuration is no more accurate than always predicting ${majority}`
        : `${count} ${below.length === 1 ? 'is' : 'are'} no more accurate than always predicting ${majority}`,
      evidence: `Always predicting ${majority} is right for ${figure(share)} of the validation rows; the best configuration is right for ${figure(accuracyOf(best))}${isBest ? `, and ${count} ${below.length === 1 ? 'is' : 'are'} not above it` : ''}.`,
      action: isBest
        ? `Use it only if rare classes matter more to you than accuracy. Otherwise train longer, or try other learning rates${weighsClasses(best) ? ' or no class weights' : ''}.`
        : 'Do not use these if accuracy matters.',
      changes: [],
    },
  ];
}

/** One number for all classes is no weight. */
function weighsClasses({ config }: Configuration): boolean {
  const alpha = knobValue(config, 'alpha');
  return alpha !== undefined && typeof alpha !== 'number';
}
