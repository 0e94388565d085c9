import { METRICS, type MetricName } from '../../metric.js';
import { figure, signed, signedInterval } from '../../wording/numbers.js';
import type { BaselineWords } from '../baseline-words.js';
import type { Difference } from '../ranking/configuration.js';

const WORDS: { readonly [name in MetricName]?: string } = {
  macro_f1: 'macro-F1',
  rare_recall: 'rare recall',
  worst_recall: 'recall of the worst class',
  balanced_accuracy: 'balanced accuracy',
  mcc: 'Matthews’ correlation',
  log_loss: 'log loss',
};

/** A metric in a sentence. */
export function metricWords(name: MetricName): string {
  return WORDS[name] ?? name.replaceAll('_', ' ');
}

/** What a configuration is compared with, in a sentence. */
interface ComparedWith {
  readonly noun: string;
}

/** `(+0.14, 95 % +0.05 to +0.23)`, and a warning where that shows nothing. */
export function judged(difference: Difference, words: ComparedWith): string {
  const { mean, interval } = difference;
  const size = Number.isNaN(interval.low)
    ? `(${signed(mean)})`
    : `(${signed(mean)}, 95 % ${signedInterval(interval)})`;
  return `${size}${doubt(difference, words)}`;
}

export function doubt({ verdict }: Difference, { noun }: ComparedWith): string {
  return DOUBTS[verdict].replace('…', noun);
}

const DOUBTS: { readonly [verdict in Difference['verdict']]: string } = {
  better: '',
  worse: ', which is worse: stay with …',
  equivalent: ', which is equivalent: … does as well',
  'no evidence': ', which may be luck',
  'one seed': ', which may be luck: there is one seed',
  'not judged': ', which is not judged: another class may be the worst on other rows',
};

/** `gains accuracy (…)`. */
export function costWords(metric: MetricName, cost: Difference, baseline: BaselineWords): string {
  const words = metricWords(metric);
  const size = figure(Math.abs(cost.mean));
  const isMore = METRICS[metric].goal === 'minimize';
  const shown = judged({ ...cost, verdict: 'better' }, baseline);
  switch (cost.verdict) {
    case 'better':
      return `${isMore ? 'lowers' : 'gains'} ${words} ${judged(cost, baseline)}`;
    case 'worse': {
      const interval = `(95 % ${signedInterval(cost.interval)})`;
      return isMore ? `raises ${words} by ${size} ${interval}` : `costs ${size} ${words} ${interval}`;
    }
    case 'equivalent':
      return `${words} stays as it is (${signed(cost.mean)})`;
    default:
      if (isLoss(metric, cost)) return `${isMore ? 'raises' : 'costs'} ${words} ${judged(cost, baseline)}`;
      return isMore
        ? `raises ${words} by nothing that can be shown ${shown}`
        : `costs no ${words} that can be shown ${shown}`;
  }
}

/** Whether all of the interval is a loss, though nothing is called worse by one seed. */
function isLoss(metric: MetricName, { interval }: Difference): boolean {
  return METRICS[metric].goal === 'maximize' ? interval.high < 0 : interval.low > 0;
}
