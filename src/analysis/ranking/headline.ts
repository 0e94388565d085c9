import { counted } from '../../wording/counted.js';
import { signedWithInterval, withInterval } from '../../wording/numbers.js';
import { baselineWords } from '../baseline-words.js';
import { rowsText } from '../data/data-summary.js';
import type { Configuration } from './configuration.js';
import { change } from './difference.js';
import type { Headline, Ranking } from './ranking.js';

type HeadlineParts = Pick<
  Ranking,
  'sweep' | 'data' | 'race' | 'configurations' | 'tied' | 'best' | 'choices' | 'contrasts' | 'confirmations'
>;

/** The report in a few sentences; null before a run has finished. */
export function headline(report: HeadlineParts): Headline | null {
  const { best, sweep, choices, contrasts } = report;
  if (best === null) return null;
  return {
    choices: choices.flatMap(({ sentence, afterTraining }) => [
      sentence,
      ...(afterTraining === null ? [] : [afterTraining.sentence]),
    ]),
    loss: contrasts.map(({ sentence }) => sentence),
    winner: `${describe(best, sweep)} ranks first with a validation ${sweep.metric.name} of ${withInterval(best.ranked)} over ${seeds(best)}.`,
    ties: ties(report, best),
    confirmation: confirmation(report),
  };
}

function ties(report: HeadlineParts, best: Configuration): string {
  const { configurations, tied } = report;
  if (configurations.length === 1) return onlyOne(report);
  if (tied === configurations.length && best.seeds.length === 1) {
    return 'One seed cannot show a difference between configurations, so none is called better or worse. Use five.';
  }
  return tied === 1
    ? 'No other configuration is tied with it at 95 %.'
    : `${tied} of ${configurations.length} configurations are tied with the best: the data cannot tell them apart at 95 %.`;
}

/** What became of all others, if there are any. */
function onlyOne({ sweep, race }: HeadlineParts): string {
  const others = sweep.trials - 1;
  const dropped = race?.dropped.length ?? 0;
  if (others === 0) return 'It is the only configuration.';
  if (dropped === 0) return 'It is the only configuration with results.';
  return dropped < others
    ? 'It is the only configuration that is ranked: the others were dropped or have no results.'
    : `It is the only configuration that is ranked: ${others === 1 ? 'the other one was' : 'all others were'} dropped.`;
}

/** What the first aim's choice reaches on the test rows. */
function confirmation({ choices, confirmations, sweep, data }: HeadlineParts): string {
  const [choice] = choices;
  const reference = confirmations.find(({ isCrossEntropy }) => isCrossEntropy);
  if (choice?.configuration == null || choice.test === null) {
    return 'Nothing has been confirmed on test rows yet.';
  }
  const { configuration, test, testDifferences, aim } = choice;
  const { name } = aim.metric;
  const value = test.of.get(name) ?? test.ranked;
  if (Number.isNaN(value.mean))
    return `On the test rows ${name} of ${describe(configuration, sweep)} was not measured.`;
  const gap =
    name === sweep.metric.name
      ? ` (optimism gap ${signedWithInterval(test.optimism.ranked)} from validation)`
      : '';
  const score = `On ${rowsText(data, 'test')} that were not used for ranking, ${describe(configuration, sweep)} reaches ${name} ${withInterval(value)} over ${seeds(configuration)}${gap}`;
  const difference = testDifferences?.get(name);
  const base = reference?.of.get(name);
  if (difference === undefined || base === undefined) return `${score}.`;
  return `${score}, against ${withInterval(base)} for ${baselineWords(sweep).noun} (${reference?.label}): a difference of ${change(difference)}.`;
}

function describe({ label, isCrossEntropy }: Configuration, sweep: HeadlineParts['sweep']): string {
  return isCrossEntropy ? `${baselineWords(sweep).noun} (${label})` : label;
}

function seeds({ seeds: own }: Configuration): string {
  return own.length === 1 ? 'one seed, so the noise between seeds is unknown' : counted(own.length, 'seed');
}
