import { knobRow } from '../../knobs/knobs.js';
import { METRICS, type MetricName } from '../../metric.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import { type Aim, isUnconstrained } from '../../spec/aims.js';
import { figure, percent, signedWithInterval } from '../../wording/numbers.js';
import type { BaselineWords } from '../baseline-words.js';
import { valueLabel } from '../point-label.js';
import type { Configuration, Confirmation, Difference, Estimate } from '../ranking/configuration.js';
import type { Chosen } from './choice.js';
import { costWords, doubt, judged, metricWords } from './cost-words.js';

/** What a sentence about a choice is made from. */
export interface SentenceParts extends Chosen {
  /** On the rows that the sentence speaks of; null where there are none. */
  readonly value: Values | null;
  readonly baseline: Values | null;
  readonly against: ReadonlyMap<MetricName, Difference> | null;
  /** `the test rows`. */
  readonly rows: string;
  readonly words: BaselineWords;
}

type Values = Pick<Confirmation, 'of'>;
type Mean = Pick<Estimate, 'mean'>;

/** What to use for an aim, what it gains, what it costs, and whether that can be believed. */
export function choiceSentence(told: SentenceParts): string {
  const { aim, configuration, value, baseline, against, rows, words } = told;
  const name = aim.metric.name;
  if (configuration === null) {
    const why = isUnconstrained(aim)
      ? `has a value of ${metricWords(name)}`
      : `surely keeps ${limits(aim, words)}`;
    return `For ${aimWords(aim)} there is no choice: no configuration ${why}.`;
  }
  const own = value?.of.get(name);
  const luck = luckWords(told);
  const use = `For ${aimWords(aim)} use ${configurationWords(configuration, words)}`;
  if (own === undefined) return `${use}.${luck}`;
  if (Number.isNaN(own.mean)) return `${use}: its ${metricWords(name)} on ${rows} was not measured.${luck}`;
  if (configuration.isCrossEntropy) {
    const kept = isUnconstrained(aim) ? '' : ` that surely keeps ${limits(aim, words)}`;
    const why =
      luck === ''
        ? `no other configuration${kept} had a better ${metricWords(name)} on the validation rows`
        : `of the best means none${kept} is expected to have a better ${metricWords(name)}`;
    return `${use}: ${why}. On ${rows} it has ${metricWords(name)} ${valueWords(name, own)}.${luck}${withoutLimits(told)}`;
  }
  const change = against?.get(name);
  const base = baseline?.of.get(name);
  if (change === undefined || base === undefined || Number.isNaN(base.mean))
    return `${use}: ${metricWords(name)} ${valueWords(name, own)} on ${rows}.${luck}`;
  const forgone = change.verdict === 'better' ? '' : withoutLimits(told);
  return `${use}: on ${rows} ${gainWords(name, own, base)} ${judged(change, words)}${allCosts(told)}.${luck}${forgone}`;
}

/** What a sentence about rare classes that count more often is made from. */
export interface FactorParts extends SentenceParts {
  readonly factor: number;
  readonly decide: string;
  /** Where the configuration is not the baseline: what it has on the rows as it is, and the baseline. */
  readonly before?: ReadonlyMap<MetricName, number>;
  readonly reference?: Configuration;
}

/** What rare classes that count more often find, without training again. */
export function factorSentence(told: FactorParts): string {
  const { aim, configuration, value, baseline, against, rows, words, factor, decide } = told;
  const { name } = aim.metric;
  const [own, base, change] = [value?.of.get(name), baseline?.of.get(name), against?.get(name)];
  if (configuration === null || own === undefined || base === undefined || change === undefined) return '';
  const { before, reference } = told;
  const without = { mean: before?.get(name) ?? base.mean };
  const isGain =
    GOAL_SIGNS[METRICS[name].goal] * (own.mean - without.mean) > 0 &&
    valueWords(name, own) !== valueWords(name, without);
  const how = `the probability of each rare class count ${factor} times where ${configurationWords(configuration, words)} decides (predict --decide "${decide}")`;
  const what = isGain
    ? `To find more of them without training again, let ${how}`
    : `Letting ${how} finds more of them on the validation rows alone`;
  if (before === undefined || reference === undefined)
    return `${what}: on ${rows} ${gainWords(name, own, base)} ${judged(change, { ...words, noun: 'deciding as trained' })}${allCosts(told)}.`;
  const changes = [...before].flatMap(([metric, mean]) => {
    const now = value?.of.get(metric);
    return now === undefined ? [] : [gainWords(metric, now, { mean })];
  });
  return `${what}: on ${rows} ${changes.join(', and ')}. Against ${configurationWords(reference, words)} that is ${changed(name, change)}${doubt(change, words)}${allCosts(told)}.`;
}

/** `, and costs no macro-F1 that can be shown (…)`. */
function allCosts({ aim, against, words }: SentenceParts): string {
  const costs = aim.constraints.flatMap((constraint) => {
    const cost = against?.get(constraint.metric);
    const isKnown = cost !== undefined && !Number.isNaN(cost.mean);
    return !isKnown || constraint.metric === aim.metric.name || !('margin' in constraint)
      ? []
      : [costWords(constraint.metric, cost, words)];
  });
  return costs.map((cost) => `, and ${cost}`).join('');
}

/** Why it is not the one with the best mean. */
function luckWords({ aim, luckier, words }: SentenceParts): string {
  if (luckier === null) return '';
  const { name } = aim.metric;
  const [better, own] = [luckier.mean, luckier.than].map((mean) => valueWords(name, { mean }));
  const values = better === own ? '' : `, ${better} against ${own}`;
  return ` On the validation rows ${configurationWords(luckier.configuration, words)} had the better ${metricWords(name)}${values}, but by what similar configurations reached that is rather luck.`;
}

/** What the constraints forgo: `Without that limit: α = balanced, +0.09 rare recall at −0.03 macro-F1 (validation rows).` */
function withoutLimits({ aim, unconstrained, words }: SentenceParts): string {
  if (unconstrained === null) return '';
  const { configuration, differences } = unconstrained;
  const those = aim.constraints.length > 1 ? 'those limits' : 'that limit';
  const changes = [...differences].map(([name, difference]) => changed(name, difference));
  return ` Without ${those} it would be ${configurationWords(configuration, words)}: on the validation rows ${changes.join(', ')}.`;
}

/** `macro-F1 −0.03 (95 % −0.05 to −0.01)`. */
function changed(name: MetricName, difference: Difference): string {
  return `${metricWords(name)} ${signedWithInterval(difference)}`;
}

/** `macro-F1`, or what the user called the aim. */
export function aimWords({ name, metric }: Aim): string {
  return name === 'overall' ? metricWords(metric.name) : name;
}

/** `α = balanced, γ = 0, learning_rate = 0.001`, after the name of the space where there are several. */
export function configurationWords(configuration: Configuration, words: BaselineWords): string {
  const { space } = configuration;
  const point = pointWords(configuration, words);
  return space === null ? point : `${space}: ${point}`;
}

function pointWords(
  { point, isCrossEntropy, addedBaseline }: Configuration,
  { noun }: BaselineWords,
): string {
  const parts = Object.entries(point)
    .filter(([knob]) => !addedBaseline || knobRow(knob)?.plain === undefined)
    .map(([knob, value]) => `${knobRow(knob)?.plain?.sign ?? knob} = ${valueLabel(value)}`);
  if (!isCrossEntropy) return parts.length === 0 ? 'the configuration of the spec' : parts.join(', ');
  return parts.length === 0 ? noun : `${noun} (${parts.join(', ')})`;
}

function gainWords(name: MetricName, own: Mean, base: Mean): string {
  if (name === 'rare_recall') {
    const [now, before] = shares(own.mean, base.mean);
    return `it finds ${now} instead of ${before} of a rare class on average`;
  }
  return `it has ${metricWords(name)} ${figure(own.mean)} instead of ${figure(base.mean)}`;
}

function valueWords(name: MetricName, { mean }: Mean): string {
  return name === 'rare_recall' ? (shares(mean)[0] as string) : figure(mean);
}

/** With as many decimals as it takes to tell them apart, and from 0 and 1. */
function shares(...values: readonly number[]): readonly string[] {
  const texts = (digits: number) => values.map((value) => percent(value, digits));
  const isSeen = (digits: number): boolean => {
    const [least, most] = [0, 1].map((end) => percent(end, digits));
    const own = texts(digits);
    return (
      new Set(own).size === new Set(values).size &&
      values.every((value, at) => (value === 0 || own[at] !== least) && (value === 1 || own[at] !== most))
    );
  };
  return texts([0, 1].find(isSeen) ?? 2);
}

/** `macro-F1 within 0.03 of cross-entropy’s and accuracy >= 0.7`. */
function limits({ constraints }: Aim, { noun }: BaselineWords): string {
  return constraints
    .map((constraint) =>
      'margin' in constraint
        ? `${metricWords(constraint.metric)} within ${constraint.margin} of ${noun}’s`
        : `${metricWords(constraint.metric)} ${constraint.relation} ${constraint.value}`,
    )
    .join(' and ');
}
