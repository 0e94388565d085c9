// What a report says of the configurations that a search has left: they were selected out of all that began.
import { beforeAll, describe, expect, test } from 'vitest';
import { buildReport } from '../../src/analysis/analysis.js';
import type { Configuration, Difference } from '../../src/analysis/ranking/configuration.js';
import type { SweepReport } from '../../src/analysis/report.js';
import type { Dataset } from '../../src/data/dataset.js';
import { openStore } from '../../src/store/open-store.js';
import { render } from '../../src/views/render.js';
import { type OutcomeOf, recordSweep, smallTable } from './recorded-sweep.js';

const specOf = (gammas: string, rates: string) => `name: a
parameters: {gamma: {values: ${gammas}}, learning_rate: {values: ${rates}}}
seeds: 3
data: {source: t.csv, label: y}
`;
const LEFT = specOf('[0, 2]', '[0.01, 0.02]');
const ALL = specOf('[0, 1, 2, 5]', '[0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08]');
const STOP = 'stop: {type: successive_halving, grace: 1}\n';

/** Focal loss finds more rows, and the learning rate does nothing. */
const outcomeOf: OutcomeOf = ({ gamma }) => ({
  recalls: gamma === 0 ? [0.9, 0.9, 0.4] : [0.9, 0.93, 0.55],
});
const racedOutcomeOf: OutcomeOf = (config, seed) =>
  (config.gamma === 0 || config.gamma === 2) && config.learning_rate <= 0.02
    ? outcomeOf(config, seed)
    : 'dropped';

let dataset: Dataset;

async function reportOn(path: string, spec: string, outcomes: OutcomeOf): Promise<SweepReport> {
  await recordSweep(path, spec, dataset, outcomes);
  const reader = await openStore(path).reader();
  try {
    return await buildReport(reader, 'a');
  } finally {
    await reader.close();
  }
}

let alone: SweepReport;
let raced: SweepReport;

beforeAll(async () => {
  dataset = await smallTable();
  alone = await reportOn('memory:alone', LEFT, outcomeOf);
  raced = await reportOn('memory:raced', `${ALL}${STOP}`, racedOutcomeOf);
});

/** How far the interval goes, in standard errors, on the side without the luck of the chosen cross-entropy. */
const critical = ({ mean, interval, error }: Pick<Difference, 'mean' | 'interval' | 'error'>) =>
  Math.min(mean - interval.low, interval.high - mean) / error;
const others = ({ configurations }: SweepReport): readonly Configuration[] =>
  configurations.filter(({ versusBaseline }) => versusBaseline !== null);

describe('what is left of a race', () => {
  test('has the values that it would have alone', () => {
    const values = ({ configurations }: SweepReport) =>
      configurations.map(({ label, estimates }) => [label, estimates.macro_f1.mean]);
    expect(values(raced)).toEqual(values(alone));
    expect(values(raced)).toHaveLength(4);
    expect(raced.race?.dropped).toHaveLength(28);
  });

  test.each(['ranked', 'macro_f1', 'rare_recall'] as const)(
    'is compared with cross-entropy in %s as one of all that began',
    (name) => {
      const criticals = (report: SweepReport) =>
        others(report).map(({ versusBaseline }) => critical(versusBaseline?.[name] ?? never()));
      const [few, many] = [criticals(alone), criticals(raced)];
      expect(many).toHaveLength(3);
      // Bonferroni: of 3 comparisons 2.39 standard errors, of 31 comparisons 3.15.
      many.forEach((own, at) => {
        expect(own / (few[at] ?? 0)).toBeGreaterThan(1.3);
        expect(own / (few[at] ?? 0)).toBeLessThan(1.35);
      });
    },
  );

  test('is equivalent to what predicts the same', () => {
    const twin = others(raced).find(({ label }) => label.includes('gamma=0'));
    expect(twin?.versusBaseline?.macro_f1).toMatchObject({ mean: 0, verdict: 'equivalent' });
  });

  test('is tied with the best by the same rule', () => {
    const criticals = ({ configurations }: SweepReport) =>
      configurations.flatMap(({ behindBest }) => behindBest?.critical ?? []);
    expect(criticals(raced)).toHaveLength(3);
    for (const own of criticals(raced)) expect(own).toBeGreaterThan(1.2 * (criticals(alone)[0] ?? 0));
  });

  test('is asked for the worth of focal loss by the pairs that began', () => {
    const width = ({ contrasts }: SweepReport) =>
      critical(contrasts.find(({ knob }) => knob === 'gamma')?.overall.macro_f1 ?? never());
    expect(width(raced) / width(alone)).toBeGreaterThan(1.3);
  });

  test('is what the sentence on focal loss is about, as it says', () => {
    const sentences = ({ contrasts }: SweepReport) => contrasts.map(({ sentence }) => sentence);
    expect(sentences(raced)).toEqual([
      expect.stringContaining(
        'mean of 2 pairs that differ in γ alone, among the 4 of 32 configurations that the search has left.',
      ),
    ]);
    expect(sentences(alone)).toEqual([expect.stringContaining('mean of 2 pairs that differ in γ alone.')]);
  });

  test('is not taken for all that was tried, nor for what has no effect', async () => {
    const advised = ({ advice }: SweepReport) => advice.map(({ id }) => id);
    expect(advised(alone)).toEqual(expect.arrayContaining(['edge-of-grid', 'idle-axis']));
    expect(advised(raced)).not.toContain('edge-of-grid');
    expect(advised(raced)).not.toContain('idle-axis');
    expect(await render('report', raced, { format: 'md' })).toContain(
      'variance between configurations that the search has left',
    );
    expect(await render('report', raced, { format: 'html' })).toContain(
      'variance of macro_f1 between configurations that the search has left',
    );
  });
});

test('what was dropped and has results from another sweep is ranked, and the race says so', async () => {
  const path = 'memory:shared';
  const { race: before } = await reportOn(path, `${ALL}${STOP}`, racedOutcomeOf);
  const others = specOf('[1]', '[0.01, 0.02]').replace('name: a', 'name: b');
  await recordSweep(path, others, dataset, outcomeOf);
  const reader = await openStore(path).reader();
  const { race, configurations } = await buildReport(reader, 'a');
  await reader.close();
  expect(configurations).toHaveLength(6);
  expect(race?.dropped).toHaveLength(26);
  expect(before?.sentence).not.toContain('ranked');
  expect(race?.sentence).toMatch(
    /^4 of 32 configurations went on .* 2 dropped configurations have their results from another sweep or launch, and are ranked\.$/,
  );
});

function never(): never {
  throw new Error('it is missing');
}
