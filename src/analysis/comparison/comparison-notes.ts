import { isCostMetric, METRIC_NAMES, parameterOf, parameterValue } from '../../metric.js';
import { andMore } from '../../wording/and-more.js';
import { codeSpan } from '../../wording/code-span.js';
import { counted } from '../../wording/counted.js';
import { withCommas } from '../../wording/numbers.js';
import { shellWord } from '../../wording/shell-word.js';
import { isFromSeeds } from '../ranking/difference.js';
import type { ComparisonSide } from './comparison.js';
import { unlikeMetrics } from './comparison-estimates.js';

/** What a reader must know to judge a comparison. */
export function comparisonNotes(sides: readonly ComparisonSide[], draws: number): readonly string[] {
  const letters = (of: readonly ComparisonSide[]): string => of.map(({ letter }) => letter).join(', ');
  const unpaired = sides.filter(({ isPaired }) => !isPaired);
  const lone = sides.filter(({ seeds }) => seeds.length < 2);
  const chosen = sides.filter(({ kind }) => kind === 'sweep');
  const bySeeds = METRIC_NAMES.filter((name) => sides.some(({ estimates }) => isFromSeeds(estimates[name])));
  return [
    `All values are on validation rows. The 95 % intervals cover the sampling of rows (${withCommas(draws)} draws)${lone.length === sides.length ? '' : ' and the seeds'}${bySeeds.length === 0 ? '' : `; those of ${bySeeds.join(', ')} cover the seeds alone`}.`,
    `Differences are taken on the same rows${unpaired.length === 0 ? '' : ' for sides that share them'}. Each interval holds for one metric${sides.length > 2 ? ' and for all sides together' : ''}.`,
    ...(unpaired.length === 0
      ? []
      : [
          `${letters(unpaired)}: another table, split, preparation or rare classes than A’s, so the difference is unpaired and includes how the rows differ.`,
        ]),
    ...sameTwice(sides),
    ...otherClasses(sides),
    ...unlikeParameters(sides),
    ...(lone.length === 0
      ? []
      : [
          `${letters(lone)}: one seed, so the noise between seeds is unknown; the intervals cover the sampling of rows alone.`,
        ]),
    ...(chosen.length === 0
      ? []
      : [
          `${letters(chosen)}: a sweep is compared by its best configuration, which was chosen on these rows and therefore looks too good; for unseen rows, use ${confirmCommands(chosen)}.`,
        ]),
    ...[...new Set(sides.flatMap(({ remarks }) => remarks))].map((note) => {
      const noted = sides.filter(({ remarks }) => remarks.includes(note));
      return noted.length === sides.length ? `Note: ${note}` : `${letters(noted)}, note: ${note}`;
    }),
  ];
}

/** Several names may be those of one configuration: of a rank and of an aim. */
function sameTwice(sides: readonly ComparisonSide[]): readonly string[] {
  return [...new Set(sides.map(({ trialId }) => trialId))].flatMap((trialId) => {
    const letters = sides.filter((side) => side.trialId === trialId).map(({ letter }) => letter);
    return letters.length < 2 ? [] : [`${letters.join(', ')}: the same configuration.`];
  });
}

/** What says of each sweep how its choice does on the test rows. */
function confirmCommands(sweeps: readonly ComparisonSide[]): string {
  const names = new Set(sweeps.map(({ given }) => given));
  return [...names].map((name) => codeSpan(`focalsweep report ${shellWord(name)} --confirm`)).join(', ');
}

const LISTED_CLASSES = 4;

/** A note for each metric that was measured with several parameters. */
function unlikeParameters(sides: readonly ComparisonSide[]): readonly string[] {
  return unlikeMetrics(sides).map((name) => {
    if (isCostMetric(name)) {
      const without = sides.filter(({ costs }) => costs === null).map(({ letter }) => letter);
      const why =
        without.length > 0 ? `the spec of ${without.join(', ')} has no costs` : 'the specs have other costs';
      return `${name} is not compared: ${why}.`;
    }
    if (name === 'rare_recall') {
      return `${name} is the mean of other classes on each side, so it is not compared: ${unlikeClasses(sides.map(({ letter, rareClasses }) => ({ letter, names: rareClasses })))}.`;
    }
    const values = sides.map(({ letter, metric }) => {
      const value = parameterValue(name, metric);
      return `${letter} ${parameterOf(name)?.name} ${value ?? 'as many as the class has'}`;
    });
    return `${name} is another measure on each side, so it is not compared: ${values.join(', ')}.`;
  });
}

/** Where the classes are others, every metric is about something else. */
function otherClasses(sides: readonly ComparisonSide[]): readonly string[] {
  const named = sides.flatMap(({ letter, recalls }) =>
    recalls.size === 0 ? [] : [{ letter, names: [...recalls.keys()] }],
  );
  const count = new Set(named.flatMap(({ names }) => names)).size;
  if (named.every(({ names }) => names.length === count)) return [];
  return [
    `The validation rows are of other classes on each side: ${unlikeClasses(named)}. So every metric means something else there, and what is called better may be the easier classes.`,
  ];
}

interface NamedClasses {
  readonly letter: string;
  readonly names: readonly string[];
}

/** `A Tinba; B none, beside 4 classes that all have`: the classes of each side that some other side does not have. */
function unlikeClasses(sides: readonly NamedClasses[]): string {
  const isShared = (name: string): boolean => sides.every(({ names }) => names.includes(name));
  const own = sides.map(({ letter, names }) => {
    const others = names.filter((name) => !isShared(name));
    return `${letter} ${others.length === 0 ? 'none' : andMore(others, LISTED_CLASSES)}`;
  });
  const shared = (sides[0]?.names ?? []).filter(isShared).length;
  const beside = shared === 0 ? '' : `, beside ${counted(shared, 'class', 'classes')} that all have`;
  return `${own.join('; ')}${beside}`;
}
