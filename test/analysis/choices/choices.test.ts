import { beforeAll, describe, expect, test } from 'vitest';
import { buildComparison, buildReport, buildShown } from '../../../src/analysis/analysis.js';
import { baselineWords } from '../../../src/analysis/baseline-words.js';
import { choiceSentence } from '../../../src/analysis/choices/choice-sentence.js';
import { keptWord } from '../../../src/analysis/choices/kept-word.js';
import type { Difference } from '../../../src/analysis/ranking/configuration.js';
import type { Dataset } from '../../../src/data/dataset.js';
import { parseAims } from '../../../src/spec/parse-spec.js';
import { openStore } from '../../../src/store/open-store.js';
import { render } from '../../../src/views/render.js';
import { shownName } from '../../../src/views/shown-name.js';
import { type OutcomeOf, recordSweep, smallTable } from '../recorded-sweep.js';

let dataset: Dataset;
let stores = 0;

beforeAll(async () => {
  dataset = await smallTable();
});

const SPEC = 'parameters: {alpha: {values: [1, balanced]}, gamma: {values: [0, 2]}}\nseeds: 6\n';

/** Balanced weights find three times as many rare rows, and lose `cost` of the recall of the others; γ does nothing. */
const balancedCosts =
  (cost: number): OutcomeOf =>
  ({ alpha }) => ({ recalls: alpha === 1 ? [0.9, 0.9, 0.2] : [0.9 - cost, 0.9 - cost, 0.7] });

async function reportOn(outcomeOf: OutcomeOf, { spec = SPEC, more = '', choose = '' } = {}) {
  const path = `memory:choices-${stores++}`;
  await recordSweep(path, `name: a\n${spec}${more}data: {source: t.csv, label: y}\n`, dataset, outcomeOf);
  const reader = await openStore(path).reader();
  try {
    return await buildReport(reader, 'a', choose === '' ? {} : { aims: parseAims(choose) });
  } finally {
    await reader.close();
  }
}

const choiceOf = (report: Awaited<ReturnType<typeof reportOn>>, name: string) => {
  const found = report.choices.find(({ aim }) => aim.name === name);
  if (found === undefined) throw new Error(`there is no aim "${name}"`);
  return found;
};

describe('the choice for the rare classes', () => {
  test('finds more rare rows where that costs nothing, and says so', async () => {
    const report = await reportOn(balancedCosts(0));
    const choice = choiceOf(report, 'rare classes');
    expect(choice.configuration?.config.alpha).toBe('balanced');
    expect(choice.testDifferences?.get('rare_recall')?.verdict).toBe('better');
    expect(choice.sentence).toMatch(
      /^For rare classes use α = balanced, γ = \d: on the test rows it finds \d\d % instead of \d\d % of a rare class on average \(\+0\.\d+, 95 % /,
    );
    expect(report.headline?.choices).toEqual(report.choices.map(({ sentence }) => sentence));
    for (const format of ['table', 'md'] as const) {
      const text = (await render('report', report, { format })).replaceAll('\\', '');
      expect(text).toContain(choice.sentence);
    }
  });

  test('stays with cross-entropy where the cost may be more than the margin, and says what that forgoes', async () => {
    const costly: OutcomeOf = ({ alpha }) => ({
      recalls: alpha === 1 ? [0.9, 0.9, 0.2] : [0.5, 0.5, 0.35],
    });
    const { configuration, sentence, unconstrained } = choiceOf(await reportOn(costly), 'rare classes');
    expect(configuration?.isCrossEntropy).toBe(true);
    expect(unconstrained?.configuration.config.alpha).toBe('balanced');
    expect(sentence).toMatch(
      /Without that limit it would be α = balanced, .*: on the validation rows rare recall \+/,
    );
  });

  test('keeps its margin for models that are trained on these rows, which is surer than for others', async () => {
    // Seeds differ by more than draws of rows do, so what other training rows would add is a large part of the error.
    const shaky: OutcomeOf = ({ alpha, gamma }, seed) => ({
      recalls: alpha === 1 ? [0.9, 0.9, 0.5] : [0.9, 0.5 + 0.15 * ((seed + gamma) % 3), 0.6],
    });
    const { configurations } = await reportOn(shaky);
    const against = configurations.find(({ config }) => config.alpha === 'balanced')?.versusBaseline
      ?.macro_f1;
    const { mean = 0, error = 0 } = against ?? {};
    const lossForOtherRows = 1.6449 * error - mean;
    const choosing = async (margin: number) => {
      const choose = `{name: mine, maximize: rare_recall, constraints: {macro_f1: {margin: ${margin}}}}`;
      return choiceOf(await reportOn(shaky, { choose }), 'mine').configuration?.config.alpha;
    };
    expect(await choosing(0.9 * lossForOtherRows)).toBe('balanced');
    expect(await choosing(0.5 * lossForOtherRows)).toBe(1);
  });

  test('may be the configuration with the best macro-F1, however little is known of its difference', async () => {
    const shaky: OutcomeOf = ({ alpha }, seed) => ({
      recalls: alpha === 1 ? [0.9, 0.9, 0.2] : [0.9, seed === 1 ? 0.1 : 0.95, 0.5],
    });
    const report = await reportOn(shaky);
    const { configuration, differences } = choiceOf(report, 'rare classes');
    expect(configuration?.config.alpha).toBe('balanced');
    expect(differences?.get('macro_f1')?.interval.low).toBeLessThan(-0.03);
    expect(configuration?.trialId).toBe(choiceOf(report, 'overall').configuration?.trialId);
  });

  test('goes to the test rows together with the baseline and the other choices, each once', async () => {
    const report = await reportOn(balancedCosts(0));
    const chosen = report.choices.map(({ configuration }) => configuration?.trialId);
    expect(report.confirmations.map(({ trialId }) => trialId)).toEqual([
      ...new Set([report.baseline?.trialId, ...chosen]),
    ]);
    expect(report.shown.map(({ role }) => role)[0]).toBe('cross-entropy');
    for (const { optimism } of report.confirmations) {
      expect(optimism.ranked.interval.low).toBeLessThan(optimism.ranked.mean);
      expect(optimism.rare_recall.interval.high).toBeGreaterThan(optimism.rare_recall.mean);
    }
  });
});

test('configurations chosen for different aims are named by them', async () => {
  const report = await reportOn(balancedCosts(0));
  const [first, second] = report.configurations.filter(({ isCrossEntropy }) => !isCrossEntropy);
  if (first === undefined || second === undefined) throw new Error('there are too few configurations');
  const choosing = (configurations: readonly (typeof first)[]) => {
    const choices = configurations.map((configuration, at) => {
      const [like] = report.choices;
      if (like === undefined) throw new Error('nothing was chosen');
      return { ...like, configuration, aim: { ...like.aim, name: `aim ${at + 1}` } };
    });
    return { ...report, choices };
  };
  expect(shownName(first, choosing([first, first]))).toBe('the choice');
  expect(shownName(first, choosing([first, second, first]))).toBe('the choice for aim 1, aim 3');
  expect(shownName(second, choosing([first, second, first]))).toBe('the choice for aim 2');
  expect(shownName(second, choosing([first]))).toBe('the best other');
});

test('what is forgone is told where something is forgone, and of as many limits as there are', async () => {
  const costly: OutcomeOf = ({ alpha }) => ({
    recalls: alpha === 1 ? [0.9, 0.9, 0.2] : [0.5, 0.5, 0.35],
  });
  const choose =
    '[{name: two, maximize: rare_recall, constraints: {macro_f1: {margin: 0.03}, accuracy: {margin: 0.01}}}]';
  expect(choiceOf(await reportOn(costly, { choose }), 'two').sentence).toMatch(
    / Without those limits it would be /,
  );
  const alike: OutcomeOf = ({ alpha }) => ({
    recalls: alpha === 1 ? [1, 0.5, 0.2] : [0.65, 1, 0.2],
  });
  const told = choiceOf(await reportOn(alike, { choose }), 'two');
  expect(told.configuration?.isCrossEntropy).toBe(true);
  expect(told.unconstrained).toBeNull();
});

describe('the best other configuration', () => {
  /** What a decision after training gives for the two that are shown first. */
  const decisionsOf = ({ shown }: Awaited<ReturnType<typeof reportOn>>) =>
    shown.slice(0, 2).map(({ configuration: { trialId, label, isCrossEntropy } }) => {
      const same = { before: 0.5, after: 0.6 };
      const validation = { macro_f1: same, rare_recall: same, log_loss: null, expected_cost: null };
      return {
        trialId,
        label,
        isCrossEntropy,
        seeds: 6,
        decision: 'class offsets' as const,
        validation,
        test: null,
      };
    });
  const correctionsOf = ({ shown }: Awaited<ReturnType<typeof reportOn>>) =>
    shown.slice(0, 1).map(({ configuration: { trialId, label, isCrossEntropy } }) => {
      const same = { before: 0.5, after: 0.6 };
      const changes = { macro_f1: same, rare_recall: same, log_loss: same };
      return { trialId, label, isCrossEntropy, seeds: 6, tau: 1, temperature: 1, ...changes };
    });
  const keyOf = (page: string) =>
    /Class by class<\/h2>.*?<\/ul>|Class by class.*?the (choice|best other)/s.exec(page)?.[0];

  test.each([
    ['the choice', 0],
    ['the best other', 0.6],
  ] as const)('is called %s as it is one', async (name, cost) => {
    const plain = await reportOn(balancedCosts(cost), { choose: '[{name: best, maximize: macro_f1}]' });
    expect(plain.choices[0]?.configuration?.isCrossEntropy).toBe(name === 'the best other');
    const report = { ...plain, decisions: decisionsOf(plain), postHoc: correctionsOf(plain) };
    const text = (await render('report', report, { format: 'md' })).replaceAll('\\', '');
    expect(text).toContain(`Decisions after training: cross-entropy and ${name}`);
    expect(text).toContain(`${name}: ${plain.shown[1]?.configuration.label}`);
    const page = await render('report', report, { format: 'html' });
    expect(keyOf(page)).toContain(name);
    expect(page).toContain(`<td>${name}</td><td class="nowrap">class offsets</td>`);
    expect(page).toContain('<code>predict</code> and <code>export</code> take them with');
  });

  test('and every other one is said to be less cross-entropy by its name', async () => {
    const report = await reportOn(balancedCosts(0));
    const page = await render('report', report, { format: 'html' });
    const [first, ...others] = report.shown;
    expect(others).not.toHaveLength(0);
    for (const { role } of others)
      expect(page).toContain(`${role} minus ${first?.role}, in percentage points of the true class`);
  });
});

test('seeds in another order are a tie, which rare recall does not decide by the last digit', async () => {
  const recalls = [
    [0.5, 0.55, 0.6],
    [0.6, 0.5, 0.55],
  ];
  const tied: OutcomeOf = ({ gamma }, seed) => {
    const rare = recalls[gamma === 0 ? 0 : 1]?.[seed - 1] ?? 0;
    return { recalls: gamma === 0 ? [0.9, 0.9, rare] : [0.8, 0.8, rare] };
  };
  const report = await reportOn(tied, {
    spec: 'parameters: {gamma: {values: [0, 2]}}\nseeds: 3\n',
    choose: '[{name: rare, maximize: rare_recall}]',
  });
  expect(choiceOf(report, 'rare').configuration?.config.gamma).toBe(0);
});

test('an aim whose metric nobody has measured has no choice, and says why', async () => {
  const report = await reportOn(balancedCosts(0), { choose: '[{name: ranked, maximize: roc_auc}]' });
  expect(choiceOf(report, 'ranked').sentence).toBe(
    'For ranked there is no choice: no configuration has a value of roc auc.',
  );
});

test('a launch says to predict with what is kept, also where an aim of another metric has another choice', async () => {
  const accurate: OutcomeOf = ({ gamma, learning_rate: rate }) => ({
    recalls: gamma === 2 && rate === 0.1 ? [1, 1, 0] : [0.8 - rate / 10, 0.8, 0.8],
  });
  const report = await reportOn(accurate, {
    spec: 'parameters: {gamma: {values: [0, 1, 2]}, learning_rate: {values: [0.1, 0.01, 0.001]}}\nseeds: 3\n',
    choose: '[{name: accurate, maximize: accuracy}]',
  });
  expect(choiceOf(report, 'accurate').configuration?.rank).toBe(9);
  expect(keptWord('front', report)).toBe('1');
});

describe('a lucky configuration', () => {
  const GRID = `parameters: {alpha: {values: [1, balanced]}, gamma: {values: [0, 1, 2]}, learning_rate: {values: [0.1, 0.01, 0.001]}}
seeds: 4
`;
  /** Balanced weights are better everywhere, but one other has an even better mean, of seeds that differ. */
  const withLuck =
    (luck: number): OutcomeOf =>
    ({ alpha, gamma, learning_rate: rate }, seed) => {
      if (alpha === 'balanced') return { recalls: [0.9, 0.8, 0.6] };
      const isLucky = gamma === 2 && rate === 0.01;
      return { recalls: isLucky ? [0.9, 0.8, 0.7 + (seed % 2 === 0 ? luck : -luck)] : [0.9, 0.7, 0.4] };
    };

  test('is not chosen where similar ones do worse and luck explains it, and the sentence says so', async () => {
    const report = await reportOn(withLuck(0.3), { spec: GRID });
    const choice = choiceOf(report, 'overall');
    expect(report.best?.config).toMatchObject({ alpha: 1, gamma: 2, learning_rate: 0.01 });
    expect(choice.configuration?.config.alpha).toBe('balanced');
    expect(choice.luckier?.configuration).toBe(report.best);
    const { mean, than } = choice.luckier ?? { mean: 0, than: 1 };
    expect(mean).toBeGreaterThan(than);
    expect(choice.sentence).toContain(
      `On the validation rows α = 1, γ = 2, learning_rate = 0.01 had the better macro-F1, ${mean.toFixed(3)} against ${than.toFixed(3)}, but by what similar configurations reached that is rather luck.`,
    );
    const { choices } = JSON.parse(await render('report', report, { format: 'json' }));
    expect(choices[0].luckier).toBe(report.best?.trialId);
  });

  test('is not what a launch says to predict with, unless the best mean alone is kept', async () => {
    const report = await reportOn(withLuck(0.3), { spec: GRID });
    expect(keptWord('front', report)).toBe('overall');
    expect(keptWord('best', report)).toBe('1');
    expect(keptWord('none', report)).toBeUndefined();
  });

  test('is not what the page trains again', async () => {
    const page = await render('report', await reportOn(withLuck(0.3), { spec: GRID }), { format: 'html' });
    const again = page.slice(
      page.indexOf('Train the chosen configuration again'),
      page.lastIndexOf('npx focalsweep launch'),
    );
    expect(again).toMatch(/alpha:\s+value: balanced/);
  });

  test('is chosen where luck cannot explain it', async () => {
    const clear: OutcomeOf = ({ alpha, gamma, learning_rate: rate }) => ({
      recalls:
        alpha === 1 && gamma === 2 && rate === 0.01
          ? [1, 1, 1]
          : alpha === 'balanced'
            ? [0.5, 0.5, 0.4]
            : [0.5, 0.4, 0.3],
    });
    const report = await reportOn(clear, { spec: GRID });
    const { configuration, luckier, sentence } = choiceOf(report, 'overall');
    expect(configuration).toBe(report.best);
    expect(luckier).toBeNull();
    expect(sentence).not.toContain('luck.');
  });
});

describe('aims of one’s own', () => {
  const REPORTED = balancedCosts(0.3);

  test('hold limits by the pessimistic end of the interval', async () => {
    const at = async (limit: number) => {
      const report = await reportOn(REPORTED, {
        choose: `{name: mine, maximize: rare_recall, constraints: {accuracy: ">= ${limit}"}}`,
      });
      return choiceOf(report, 'mine');
    };
    const free = await at(0);
    expect(free.configuration?.config.alpha).toBe('balanced');
    const accuracy = free.configuration?.metrics.accuracy.mean ?? 0;
    expect((await at(accuracy - 0.001)).configuration?.config.alpha).toBe(1);
    const none = await at(0.99);
    expect(none.configuration).toBeNull();
    expect(none.sentence).toBe(
      'For mine there is no choice: no configuration surely keeps accuracy >= 0.99.',
    );
  });

  test('may be what mistakes cost, and follow the costs without another training', async () => {
    const path = `memory:choices-${stores++}`;
    const text = (costs: string) =>
      `name: a\n${SPEC}choose: [{name: cheap, minimize: expected_cost}]\n${costs}data: {source: t.csv, label: y}\n`;
    const launch = async (costs: string) => {
      await recordSweep(path, text(costs), dataset, REPORTED);
      const reader = await openStore(path).reader();
      try {
        const report = await buildReport(reader, 'a');
        return { report, choice: choiceOf(report, 'cheap') };
      } finally {
        await reader.close();
      }
    };
    const dear = await launch('costs: {few: 60}\n');
    expect(dear.choice.configuration?.config.alpha).toBe('balanced');
    const { mean = 0, interval } = dear.choice.test?.of.get('expected_cost') ?? {};
    expect(dear.choice.configuration?.metrics.expected_cost.mean).toBeGreaterThan(0);
    expect(interval?.low).toBeLessThan(mean);
    expect(interval?.high).toBeGreaterThan(mean);
    expect(dear.choice.differences?.get('expected_cost')?.verdict).toBe('better');
    const cheap = await launch('costs: {few: 1}\n');
    expect(cheap.choice.configuration?.config.alpha).toBe(1);
    expect(cheap.report.sweep.complete).toBe(dear.report.sweep.complete);
    const csv = await render('report', cheap.report, { format: 'csv' });
    expect(csv.split('\n')[0]).toContain('expected_cost_mean,expected_cost_sd');
  });

  test('are refused where they need costs that the sweep does not have', async () => {
    const asked = reportOn(REPORTED, { choose: '{name: cheap, minimize: expected_cost}' });
    await expect(asked).rejects.toMatchObject({
      message: 'choose: expected_cost needs `costs:`, and the spec has none',
      where: '--choose',
    });
  });

  test('hold limits of what mistakes cost', async () => {
    const more = 'costs: {few: 60}\n';
    const at = async (limit: number) => {
      const choose = `{name: mine, maximize: accuracy, constraints: {expected_cost: "<= ${limit}"}}`;
      return choiceOf(await reportOn(REPORTED, { more, choose }), 'mine').configuration;
    };
    const free = await at(1000);
    expect(free?.config.alpha).toBe(1);
    expect((await at(free?.metrics.expected_cost.mean ?? 0))?.config.alpha).toBe('balanced');
    expect(await at(0.01)).toBeNull();
  });

  test('come from the spec, unless the report is asked for others', async () => {
    const more = 'choose:\n  - {name: calm, minimize: log_loss}\n';
    expect((await reportOn(REPORTED, { more })).choices.map(({ aim }) => aim.name)).toEqual(['calm']);
    const other = await reportOn(REPORTED, { more, choose: '{name: right, maximize: accuracy}' });
    expect(other.choices.map(({ aim }) => aim.name)).toEqual(['right']);
    expect(choiceOf(other, 'right').test?.of.get('accuracy')?.mean).toBeGreaterThan(0.5);
  });
});

describe('verdicts', () => {
  test('call a difference equivalent where its whole interval is small', async () => {
    const small: OutcomeOf = ({ gamma }) => ({ recalls: [0.9, 0.9, gamma === 0 ? 0.5 : 0.55] });
    const report = await reportOn(small, { more: 'equivalent: 0.2\n' });
    const verdicts = report.configurations.flatMap(({ versusBaseline }) => versusBaseline?.macro_f1 ?? []);
    expect(verdicts.filter(({ interval }) => interval.high < 0.2).length).toBeGreaterThan(0);
    for (const { mean, interval, verdict } of verdicts) {
      const isSame = mean === 0 && Number.isNaN(interval.low);
      expect(verdict === 'equivalent').toBe(isSame || (interval.low >= -0.2 && interval.high <= 0.2));
    }
  });

  test('on what mistakes cost do not depend on the unit of the costs', async () => {
    const verdicts = async (unit: number) => {
      const report = await reportOn(balancedCosts(0.05), {
        more: `costs: {many: ${unit}, some: ${unit}, few: ${3 * unit}}\n`,
        choose: '{name: cheap, minimize: expected_cost}',
      });
      return choiceOf(report, 'cheap').differences?.get('expected_cost')?.verdict ?? 'of the baseline';
    };
    expect(await verdicts(1e-4)).toBe(await verdicts(1));
    expect(await verdicts(1e-4)).toBe('better');
  });

  test('are never better or worse with one seed', async () => {
    const report = await reportOn(balancedCosts(0.3), { spec: SPEC.replace('seeds: 6', 'seeds: 1') });
    const verdicts = report.configurations.flatMap(({ versusBaseline }) =>
      versusBaseline === null ? [] : Object.values(versusBaseline).map(({ verdict }) => verdict),
    );
    expect(new Set(verdicts)).toEqual(new Set(['one seed']));
    expect(report.contrasts.map(({ sentence }) => sentence)[0]).toContain('cannot be judged by one seed');
    const loss = {
      mean: -0.1,
      interval: { low: -0.2, high: -0.01 },
      error: 0.05,
      verdict: 'one seed',
    } as const;
    const choice = choiceOf(report, 'rare classes');
    const told = (cost: Difference) =>
      choiceSentence({
        ...{ ...choice, configuration: report.challenger, words: baselineWords(report.sweep) },
        ...{ value: choice.test, baseline: choice.test, rows: 'the test rows' },
        against: new Map([
          ['rare_recall', { ...loss, mean: 0.1, interval: { low: 0.01, high: 0.2 } }],
          ['macro_f1', cost],
        ]),
      });
    expect(told(loss)).toContain(
      'costs macro-F1 (−0.100, 95 % −0.200 to −0.010), which may be luck: there is one seed',
    );
    expect(told({ ...loss, interval: { low: -0.2, high: 0.01 } })).toContain(
      'costs no macro-F1 that can be shown',
    );
  });
});

test.each([
  ['better', -0.2, -0.1, 'and lowers log loss (−0.150, 95 % −0.200 to −0.100)'],
  ['worse', 0.1, 0.2, 'and raises log loss by 0.150 (95 % +0.100 to +0.200)'],
  ['one seed', 0.1, 0.2, 'and raises log loss (+0.150, 95 % +0.100 to +0.200), which may be luck'],
  [
    'no evidence',
    -0.1,
    0.4,
    'and raises log loss by nothing that can be shown (+0.150, 95 % −0.100 to +0.400)',
  ],
] as const)('a metric of which less is better is not gained: %s', async (verdict, low, high, words) => {
  const report = await reportOn(balancedCosts(0));
  const [aim] = parseAims('{name: a, maximize: rare_recall, constraints: {log_loss: {margin: 0.1}}}');
  if (aim === undefined) throw new Error('there is no aim');
  const choice = choiceOf(report, 'rare classes');
  const mean = Math.sign(high + low) * 0.15;
  const cost: Difference = { mean, interval: { low, high }, error: 0.05, verdict };
  const sentence = choiceSentence({
    ...{ ...choice, aim, configuration: report.challenger, words: baselineWords(report.sweep) },
    ...{ value: choice.test, baseline: choice.test, rows: 'the test rows' },
    against: new Map([
      ['rare_recall', { ...cost, verdict: 'better' }],
      ['log_loss', cost],
    ]),
  });
  expect(sentence).toContain(words);
});

test.each([
  [0.9965, 0.9, 'it finds 99.7 % instead of 90.0 %'],
  [0.004, 0, 'it finds 0.4 % instead of 0.0 %'],
  [0.302, 0.301, 'it finds 30.2 % instead of 30.1 %'],
  [1, 0.5, 'it finds 100 % instead of 50 %'],
] as const)('shares have as many decimals as tell them apart: %f and %f', async (own, base, words) => {
  const report = await reportOn(balancedCosts(0));
  const choice = choiceOf(report, 'rare classes');
  const having = (mean: number) => {
    const rare = { mean, interval: { low: 0, high: 1 }, rowError: 0.1, seedSd: 0.1 };
    return { of: new Map([['rare_recall' as const, rare]]) };
  };
  const gain: Difference = {
    mean: own - base,
    interval: { low: 0, high: 1 },
    error: 0.1,
    verdict: 'no evidence',
  };
  const sentence = choiceSentence({
    ...{ ...choice, configuration: report.challenger, words: baselineWords(report.sweep) },
    ...{ value: having(own), baseline: having(base), rows: 'the test rows' },
    against: new Map([['rare_recall', gain]]),
  });
  expect(sentence).toContain(`${words} of a rare class on average`);
});

describe('whether the loss is worth it', () => {
  test('is a mean over pairs that differ in one knob alone', async () => {
    const { contrasts, configurations } = await reportOn(balancedCosts(0));
    expect(contrasts.map(({ knob, overall }) => [knob, overall.pairs])).toEqual([
      ['gamma', 2],
      ['alpha', 2],
    ]);
    const rare = (alpha: unknown, gamma: number): number =>
      configurations.find(({ config }) => config.alpha === alpha && config.gamma === gamma)?.metrics
        .rare_recall.mean ?? Number.NaN;
    const [focal, weights] = contrasts;
    expect(weights?.overall.rare_recall.mean).toBeCloseTo(
      (rare('balanced', 0) - rare(1, 0) + rare('balanced', 2) - rare(1, 2)) / 2,
      12,
    );
    expect(weights?.sentence).toMatch(/^Class weights \(α other than 1\) helped /);
    expect(focal?.overall.rare_recall.verdict).not.toBe('better');
    expect(focal?.sentence).toMatch(/^Focal loss \(γ > 0\) (showed neither|made no difference)/);
  });

  test('is not said where the sweep has no pairs', async () => {
    const report = await reportOn(balancedCosts(0), {
      spec: 'parameters: {dropout: {values: [0, 0.5]}}\ntrain: {gamma: 0}\n',
    });
    expect(report.contrasts).toEqual([]);
    expect(report.headline?.loss).toEqual([]);
  });
});

test('a choice can be named by its aim wherever a rank can', async () => {
  const path = `memory:choices-${stores++}`;
  const text = `name: a\n${SPEC}data: {source: t.csv, label: y}\n`;
  await recordSweep(path, text, dataset, balancedCosts(0));
  const reader = await openStore(path).reader();
  try {
    const report = await buildReport(reader, 'a');
    const comparison = await buildComparison(reader, ['#overall', 'a#rare classes', '#4']);
    expect(comparison.sides.map(({ trialId }) => trialId)).toEqual([
      ...report.choices.map(({ configuration }) => configuration?.trialId),
      report.configurations[3]?.trialId,
    ]);
    await expect(buildShown(reader, '#rare')).rejects.toMatchObject({
      message: 'a has no rank "#rare"',
      fix: 'Its ranks are #1 to #4, and its aims are #overall, #rare classes.',
    });
  } finally {
    await reader.close();
  }
});

test('an aim without a choice is not called unknown', async () => {
  const path = `memory:choices-${stores++}`;
  const text = `name: a\n${SPEC}data: {source: t.csv, label: y}\nchoose: [{name: sure, maximize: mcc, constraints: {rare_recall: ">= 1"}}]\n`;
  await recordSweep(path, text, dataset, balancedCosts(0));
  const reader = await openStore(path).reader();
  try {
    await expect(buildShown(reader, 'a#sure')).rejects.toMatchObject({
      message: 'a has no choice for "sure"',
      fix: expect.stringMatching(/surely keeps.* Its ranks are #1 to #4\.$/),
    });
  } finally {
    await reader.close();
  }
});
