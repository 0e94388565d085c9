// What rare classes that count more often find, on a sweep that was really trained: these tests run what `npm test` has built.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRanking, buildReport } from '../../../src/analysis/analysis.js';
import { baselineWords } from '../../../src/analysis/baseline-words.js';
import type { AfterTraining } from '../../../src/analysis/choices/choice.js';
import { factorSentence } from '../../../src/analysis/choices/choice-sentence.js';
import type { Estimate } from '../../../src/analysis/ranking/configuration.js';
import type { SweepReport } from '../../../src/analysis/report.js';
import { parseAims } from '../../../src/spec/parse-spec.js';
import { openStore } from '../../../src/store/open-store.js';
import type { SweepReader } from '../../../src/store/store.js';
import { LOGIT_STEPS } from '../../../src/sweep.js';
import { render } from '../../../src/views/render.js';
import { changeRaw } from '../../store/raw-changes.js';

const main = fileURLToPath(new URL('../../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-after-training-'));
const db = join(folder, 'd.db');
const SEEDS = 6;

let reader: SweepReader;
let report: SweepReport;

beforeAll(async () => {
  const spec = `name: rare
parameters: {gamma: {values: [0, 1]}}
seeds: ${SEEDS}
data: {source: builtin:malware21, rows: 6000, split: {validation: 0.3, test: 0.3}, rare_classes: {quantile: 0.25}}
model: {hidden: [32]}
train: {epochs: 8, patience: 0, learning_rate: 0.005}
`;
  writeFileSync(join(folder, 's.yaml'), spec);
  const { status, stderr } = spawnSync(
    process.execPath,
    [main, 'launch', join(folder, 's.yaml'), '--db', db],
    {
      encoding: 'utf8',
    },
  );
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  reader = await openStore(db).reader();
  report = await buildReport(reader, 'rare');
});
afterAll(async () => {
  await reader?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a report has for the rare classes. */
function ofRare({ choices }: Pick<SweepReport, 'choices'>): AfterTraining | null {
  const choice = choices.find(({ aim }) => aim.metric.name === 'rare_recall');
  if (choice === undefined) throw new Error('there is no aim for rare classes');
  return choice.afterTraining;
}

function found(own: AfterTraining | null): AfterTraining {
  if (own === null) throw new Error('counting rare classes more often finds nothing more');
  return own;
}

/** In plain arithmetic: means over the seeds of rare recall and macro-F1 of a configuration under a factor. */
async function worth(trialId: string, factor: number, split: 'validation' | 'test') {
  const { dataset, name } = report.sweep;
  const labels = split === 'test' ? dataset.testLabels : dataset.validationLabels;
  const classes = dataset.classNames.map((_, cls) => cls);
  const runs = (await reader.runs(name)).filter((run) => run.trialId === trialId);
  const ids = runs.map(({ runId }) => runId);
  const predictions = await reader.predictions(ids, split);
  const perSeed: { rare_recall: number; macro_f1: number }[] = [];
  for (const runId of ids) {
    const logits = await reader.logits(runId, split);
    const shifted = (row: number, cls: number) =>
      -(logits?.[row * classes.length + cls] ?? Number.NaN) / LOGIT_STEPS +
      (dataset.rareClasses.includes(cls) ? Math.log(factor) : 0);
    const decided = [...labels].map((_, row) => {
      const own = predictions.get(runId)?.[row] ?? -1;
      return classes.reduce((best, cls) => (shifted(row, cls) > shifted(row, best) ? cls : best), own);
    });
    const count = (is: (label: number, guess: number) => boolean) =>
      decided.filter((guess, row) => is(labels[row] ?? -1, guess)).length;
    const hits = (cls: number) => count((label, guess) => label === cls && guess === cls);
    const rows = (cls: number) => count((label) => label === cls);
    perSeed.push({
      rare_recall: mean(dataset.rareClasses.map((cls) => hits(cls) / rows(cls))),
      macro_f1: mean(
        classes.map((cls) => (2 * hits(cls)) / (rows(cls) + count((_, guess) => guess === cls))),
      ),
    });
  }
  return {
    rare_recall: mean(perSeed.map((own) => own.rare_recall)),
    macro_f1: mean(perSeed.map((own) => own.macro_f1)),
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('rare classes that count more often', () => {
  it('have the figures of plain arithmetic on the test rows and on the validation rows', async () => {
    const { configuration, factor, test, before, testDifferences, differences } = found(ofRare(report));
    const baseline = report.baseline?.trialId ?? '';
    for (const [split, told] of [
      ['test', testDifferences],
      ['validation', differences],
    ] as const) {
      const [own, base] = [
        await worth(configuration.trialId, factor, split),
        await worth(baseline, 1, split),
      ];
      expect(told.get('rare_recall')?.mean).toBeCloseTo(own.rare_recall - base.rare_recall, 10);
      expect(told.get('macro_f1')?.mean).toBeCloseTo(own.macro_f1 - base.macro_f1, 10);
    }
    const own = await worth(configuration.trialId, factor, 'test');
    expect(test.get('rare_recall')?.mean).toBeCloseTo(own.rare_recall, 10);
    expect(test.get('macro_f1')?.mean).toBeCloseTo(own.macro_f1, 10);
    const asItIs = await worth(configuration.trialId, 1, 'test');
    expect(before.get('rare_recall')).toBeCloseTo(asItIs.rare_recall, 10);
    expect(before.get('macro_f1')).toBeCloseTo(asItIs.macro_f1, 10);
  });

  it('find more than the configuration that was trained for them, and surely keep the margin', () => {
    const { configuration, differences } = found(ofRare(report));
    const trained = report.choices.find(({ aim }) => aim.metric.name === 'rare_recall')?.configuration;
    const base = report.baseline?.estimates.rare_recall.mean ?? Number.NaN;
    expect(base + (differences.get('rare_recall')?.mean ?? 0)).toBeGreaterThan(
      trained?.estimates.rare_recall.mean ?? Number.NaN,
    );
    expect(report.shown.map((own) => own.configuration)).toContain(configuration);
    expect(differences.get('macro_f1')?.mean).toBeGreaterThan(-0.03);
  });

  it('count more where more may be lost, and not at all where nothing may', async () => {
    const under = async (margin: number) => {
      const aims = parseAims(
        `{name: mine, maximize: rare_recall, constraints: {macro_f1: {margin: ${margin}}}}`,
      );
      return ofRare(await buildRanking(reader, 'rare', { aims }));
    };
    const gain = async (margin: number) => (await under(margin))?.differences.get('rare_recall')?.mean ?? 0;
    const gains = [await gain(0.01), await gain(0.03), await gain(0.2)];
    expect(gains).toEqual(gains.toSorted((a, b) => a - b));
    expect(gains[2]).toBeGreaterThan(gains[0] ?? Number.NaN);
  });

  it('say what the configuration has as it is, and what the baseline has, where these are two', () => {
    const choice = report.choices.find(({ aim }) => aim.metric.name === 'rare_recall');
    const { baseline, challenger, sweep } = report;
    if (choice === undefined || baseline === null || challenger === null)
      throw new Error('nothing is ranked');
    const { factor, decide, before, test, testDifferences } = found(choice.afterTraining);
    const sentence = factorSentence({
      ...{ ...choice, configuration: challenger, factor, decide, rows: 'the test rows' },
      ...{ words: baselineWords(sweep), value: { of: test }, baseline: { of: test } },
      ...{ against: testDifferences, before, reference: baseline },
    });
    const share = (value = Number.NaN) => (100 * value).toFixed(0);
    expect(sentence).toContain(
      `it finds ${share(test.get('rare_recall')?.mean)} % instead of ${share(before.get('rare_recall'))} % of a rare class on average, and it has macro-F1 ${test.get('macro_f1')?.mean.toFixed(3)} instead of ${before.get('macro_f1')?.toFixed(3)}. Against cross-entropy (γ = 0) that is rare recall +0.`,
    );
  });

  it('are not said to find more where the test rows do not show it', async () => {
    const choice = report.choices.find(({ aim }) => aim.metric.name === 'rare_recall');
    const own = found(ofRare(report));
    if (choice === undefined) throw new Error('there is no aim for rare classes');
    const told = (mean: number) => {
      const rare = { ...own.test.get('rare_recall'), mean } as Estimate;
      const value = { of: new Map([...own.test, ['rare_recall', rare] as const]) };
      return factorSentence({
        ...{ ...choice, configuration: own.configuration, factor: own.factor, decide: own.decide },
        ...{ value, baseline: { of: new Map([...own.test, ['rare_recall', { ...rare, mean: 0.5 }]]) } },
        ...{ against: own.testDifferences, rows: 'the test rows', words: baselineWords(report.sweep) },
      });
    };
    expect(told(0.6)).toMatch(/^To find more of them without training again, let the probability/);
    for (const none of [0.501, 0.4])
      expect(told(none)).toMatch(
        /^Letting the probability .* finds more of them on the validation rows alone: on the test rows it finds/,
      );
  });

  it('are not tried where nothing says what they may cost', async () => {
    const aims = parseAims('{name: mine, maximize: rare_recall}');
    expect(ofRare(await buildRanking(reader, 'rare', { aims }))).toBeNull();
  });

  it('are in every report, and for no other aim', async () => {
    const { sentence, decide } = found(ofRare(report));
    expect(sentence).toContain(`predict --decide "${decide}"`);
    expect(report.headline?.choices).toContain(sentence);
    for (const format of ['table', 'md', 'html', 'json'] as const) {
      const text = (await render('report', report, { format }))
        .replaceAll('\\', '')
        .replaceAll('&quot;', '"');
      expect(text).toContain(decide);
    }
    expect(report.choices.find(({ aim }) => aim.name === 'overall')?.afterTraining).toBeNull();
  });

  it('say nothing where logits were not kept', async () => {
    const bare = join(folder, 'without.db');
    expect(spawnSync('cp', [db, bare]).status).toBe(0);
    changeRaw(bare, 'DELETE FROM logits');
    const own = await openStore(bare).reader();
    expect(ofRare(await buildRanking(own, 'rare'))).toBeNull();
    await own.close();
  });
});

describe('an aim by a metric of probabilities', () => {
  /** Scikit-learn's average_precision_score, one class against the rest, in plain arithmetic. */
  function averagePrecision(scores: readonly number[], isClass: readonly boolean[]): number {
    const order = scores.map((_, row) => row).toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
    const all = isClass.filter(Boolean).length;
    let [hits, before, sum] = [0, 0, 0];
    order.forEach((row, at) => {
      hits += Number(isClass[row]);
      if (scores[order[at + 1] ?? -1] === scores[row]) return;
      sum += ((hits - before) / all) * (hits / (at + 1));
      before = hits;
    });
    return sum;
  }

  it('is measured on the test rows by stored logits, which no run was scored for', async () => {
    const aims = parseAims('{name: mine, maximize: average_precision}');
    const { choices, sweep } = await buildRanking(reader, 'rare', { aims });
    const [choice] = choices;
    const { classNames, testLabels } = sweep.dataset;
    const ofRuns: number[] = [];
    for (const { runId } of choice?.configuration?.runs ?? []) {
      expect(
        (await reader.testMetrics('rare', choice?.configuration?.trialId ?? '')).get(runId)
          ?.average_precision,
      ).toBeNaN();
      const logits = (await reader.logits(runId, 'test')) ?? new Uint16Array();
      const odds = Array.from(logits, (steps) => Math.exp(-steps / LOGIT_STEPS));
      const own = classNames.map((_, cls) => {
        const scores = Array.from(testLabels, (_label, row) => {
          const ofRow = odds.slice(row * classNames.length, (row + 1) * classNames.length);
          return (ofRow[cls] ?? 0) / ofRow.reduce((sum, value) => sum + value, 0);
        });
        return averagePrecision(
          scores,
          Array.from(testLabels, (label) => label === cls),
        );
      });
      ofRuns.push(mean(own));
    }
    expect(ofRuns).toHaveLength(SEEDS);
    expect(choice?.test?.of.get('average_precision')?.mean).toBeCloseTo(mean(ofRuns), 9);
    expect(choice?.sentence).not.toContain('–');
  });
});
