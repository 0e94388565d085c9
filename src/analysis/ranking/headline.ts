import { counted } from '../../wording/counted.js';
import { percent, signed, withInterval } from '../../wording/numbers.js';
import type { Configuration, Difference } from './configuration.js';
import type { Headline, Ranking } from './ranking.js';

type HeadlineParts = Pick<
  Ranking,
  | 'sweep'
  | 'data'
  | 'configurations'
  | 'tied'
  | 'best'
  | 'baseline'
  | 'challenger'
  | 'confirmations'
  | 'testDifference'
>;

/** The report in four sentences; null before a run has finished. */
export function headline(report: HeadlineParts): Headline | null {
  const { best, sweep } = report;
  if (best === null) return null;
  const name = sweep.metric.name;
  return {
    winner: `${describe(best)} ranks first with a validation ${name} of ${withInterval(best.ranked)} over ${seeds(best)}${likelihood(best)}.`,
    ties: ties(report, best),
    versusBaseline: versusBaseline(report),
    confirmation: confirmation(report),
  };
}

function likelihood({ bestProbability }: Configuration): string {
  return Number.isNaN(bestProbability)
    ? ''
    : `; it is the best in ${percent(bestProbability)} of the resampled sweeps`;
}

function ties({ configurations, tied }: HeadlineParts, best: Configuration): string {
  if (configurations.length === 1) return 'It is the only configuration.';
  if (tied === configurations.length && best.seeds.length === 1) {
    return 'One seed cannot show a difference between configurations, so none is called better or worse. Use five.';
  }
  return tied === 1
    ? 'No other configuration is tied with it at 95 %.'
    : `${tied} of ${configurations.length} configurations are tied with the best: the data cannot tell them apart at 95 %.`;
}

function versusBaseline({ baseline, challenger, sweep }: HeadlineParts): string {
  if (baseline === null) return 'No cross-entropy baseline has finished yet.';
  const versus = challenger?.versusBaseline;
  if (challenger === null || versus == null) return 'Only cross-entropy has finished so far.';
  return `Against cross-entropy (${baseline.label}), ${challenger.label} changes ${sweep.metric.name} by ${change(versus.ranked)} and rare recall by ${change(versus.rare_recall)}, on validation rows.`;
}

function confirmation({ confirmations, testDifference, sweep, data, baseline, best }: HeadlineParts): string {
  const name = sweep.metric.name;
  const chosen = confirmations.find(({ trialId }) => trialId === best?.trialId);
  const challenger = confirmations.find(({ isCrossEntropy }) => !isCrossEntropy);
  const reference = confirmations.find(({ isCrossEntropy }) => isCrossEntropy);
  if (chosen === undefined || best === null) return 'Nothing has been confirmed on test rows yet.';
  const gap = `optimism gap ${signed(chosen.optimismGap)} from validation`;
  const score = `On ${counted(data.rows.test, 'test row')} that were not used for ranking, ${describe(best)} reaches ${name} ${withInterval(chosen.ranked)} over ${seeds(best)} (${gap})`;
  if (challenger === undefined || reference === undefined || testDifference === null) return `${score}.`;
  if (chosen.isCrossEntropy) {
    return `${score}; the best other configuration, ${challenger.label}, has ${withInterval(challenger.ranked)}, a difference of ${change(testDifference.ranked)} from cross-entropy, and of ${change(testDifference.rare_recall)} in rare recall.`;
  }
  return `${score}, against ${withInterval(reference.ranked)} for cross-entropy (${baseline?.label}): a difference of ${change(testDifference.ranked)}, and of ${change(testDifference.rare_recall)} in rare recall.`;
}

function describe({ label, isCrossEntropy }: Configuration): string {
  return isCrossEntropy ? `cross-entropy (${label})` : label;
}

function seeds({ seeds: own }: Configuration): string {
  return own.length === 1 ? 'one seed, so the noise between seeds is unknown' : counted(own.length, 'seed');
}

/** `+0.021 (95 % −0.004 to +0.046, no evidence)`. */
export function change({ mean, interval, verdict }: Difference): string {
  if (Number.isNaN(interval.low)) return `${signed(mean)} (${verdict})`;
  return `${signed(mean)} (95 % ${signed(interval.low)} to ${signed(interval.high)}, ${verdict})`;
}
