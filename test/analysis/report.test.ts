import { describe, expect, test } from 'vitest';
import { freeFixVerdict } from '../../src/analysis/findings/post-hoc.js';
import { suggestSpec } from '../../src/analysis/suggest/suggest.js';
import type { Metric } from '../../src/metric.js';
import { valuesOf } from '../../src/spec/distribution.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { render } from '../../src/views/render.js';
import { type OutcomeOf, recordSweep, reportAndSuggestion, smallTable } from './recorded-sweep.js';
import { SPEC_TEXT, sampleReport } from './sample-report.js';

const report = await sampleReport();

describe('a report', () => {
  test('ties what cannot be told apart and parts what can', () => {
    expect(report.configurations.map(({ point }) => point.gamma)).toEqual([2, 2, 1, 1, 0, 0]);
    expect(report.configurations.map(({ isTied }) => isTied)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(report.configurations.slice(0, 2).map(({ rankInterval }) => rankInterval)).toEqual([
      { low: 1, high: 2 },
      { low: 1, high: 2 },
    ]);
    expect(report.headline?.ties).toMatch(/^2 of 6 configurations are tied/);
  });

  test('says where seeds are missing, and not that differences are on the same ones', async () => {
    const told = async (text: typeof report) => [
      await render('report', text, { format: 'table' }),
      (await render('report', text, { format: 'html' })).replaceAll(/\s+/g, ' '),
    ];
    for (const text of await told(report)) expect(text).toContain('on the same seeds and rows');
    const [first, ...others] = report.configurations;
    if (first === undefined) throw new Error('there is no configuration');
    const fewer = { ...first, seeds: first.seeds.slice(1) };
    for (const text of await told({ ...report, configurations: [fewer, ...others] })) {
      expect(text).not.toContain('on the same seeds and rows');
      expect(text).toContain('Seeds are missing, so means are not over the same ones: # 1 has 2 of 3 seeds.');
    }
  });

  test('marks against the baseline what is beyond chance, and the baseline’s twin as no evidence', () => {
    const verdicts = report.configurations.map(
      ({ versusBaseline }) => versusBaseline?.rare_recall.verdict ?? null,
    );
    expect(verdicts.slice(0, 2)).toEqual(['better', 'better']);
    expect(verdicts[5]).toBe('no evidence');
    expect(report.baseline?.versusBaseline).toBeNull();
  });

  test('holds every mean inside its interval, and the difference of means inside that of the difference', () => {
    for (const { ranked, versusBaseline } of report.configurations) {
      expect(ranked.interval.low).toBeLessThan(ranked.mean);
      expect(ranked.interval.high).toBeGreaterThan(ranked.mean);
      if (versusBaseline === null) continue;
      expect(versusBaseline.ranked.mean).toBeCloseTo(ranked.mean - (report.baseline?.ranked.mean ?? 0), 12);
    }
  });

  test('says what the axes do: γ all, the learning rate nothing', () => {
    const [first, second] = report.grids[0]?.importance?.axes ?? [];
    expect(first).toMatchObject({ knob: 'gamma', matters: true, best: { value: 2 } });
    expect(first?.share).toBeGreaterThan(0.99);
    expect(second).toMatchObject({ knob: 'learning_rate', matters: false });
    expect(report.grids[0]?.importance?.isFullGrid).toBe(true);
  });

  test('confirms the choices and the baseline alone on test rows, in one sentence', () => {
    expect(report.confirmations.map(({ trialId }) => trialId)).toEqual([
      report.baseline?.trialId,
      report.best?.trialId,
    ]);
    expect(report.headline?.confirmation).toMatch(
      /^On 200 test rows that were not used for ranking, .* over 3 seeds \(optimism gap .* from validation\), against .* for cross-entropy .*: a difference of .*, better\)\.$/,
    );
  });

  test('keeps logits of the five best, the baseline and the Pareto front alone', async () => {
    const { best, baseline, configurations, postHoc } = await sampleReport({}, { hasBeaten: true });
    const kept = postHoc.map(({ trialId }) => trialId);
    expect(kept).toContain(best?.trialId);
    expect(kept).toContain(baseline?.trialId);
    expect(configurations).toHaveLength(8);
    expect(kept).not.toContain(configurations[6]?.trialId);
    expect(kept).not.toContain(configurations[7]?.trialId);
    for (const { macro_f1, trialId } of postHoc) {
      const row = configurations.find((candidate) => candidate.trialId === trialId);
      expect(macro_f1.before).toBeCloseTo(row?.metrics.macro_f1.mean ?? 0, 10);
    }
  });

  test('keeps all logits where the spec says so', async () => {
    expect((await sampleReport({ storeLogits: true }, { hasBeaten: true })).postHoc).toHaveLength(8);
  });

  test('is the same from the same store', async () => {
    const again = await sampleReport();
    const json = (of: typeof report) => render('report', of, { format: 'json' });
    expect(await json(again)).toBe(await json(report));
  });
});

describe('advice', () => {
  const ids = report.advice.map(({ id }) => id);

  test('sees the edge of the grid, the idle axis and the epochs that ended too early', () => {
    expect(ids).toEqual(expect.arrayContaining(['edge-of-grid', 'idle-axis', 'more-epochs']));
    expect(report.advice.find(({ id }) => id === 'edge-of-grid')?.action).toBe('Extend gamma upwards to 3.');
  });

  test('as a spec keeps comments, applies the changes and is valid', () => {
    const text = suggestSpec(report, ['sample']) ?? '';
    expect(text).toContain('# what we want to know');
    const spec = parseSpec(text);
    expect(spec.name).toBe('sample-2');
    const tried = (knob: string) =>
      spec.spaces
        .flatMap(({ axes }) => axes)
        .flatMap((axis) => (axis.knob === knob ? valuesOf(axis.distribution) : []));
    expect(tried('gamma')).toEqual([0, 1, 2, 3]);
    expect(tried('learning_rate')).toHaveLength(1);
    expect(spec.spaces[0]?.base.epochs).toBe(30);
    expect(spec.data).toEqual(parseSpec(SPEC_TEXT).data);
  });
});

describe('renderings', () => {
  const top = report.configurations[0];

  test('show the same numbers in the terminal, in Markdown and in JSON', async () => {
    const shown = top?.ranked.mean.toFixed(3) ?? '';
    const json = JSON.parse(await render('report', report, { format: 'json' })) as {
      configurations: { ranked: { mean: number; interval: { low: number } }; is_tied: boolean }[];
    };
    expect(json.configurations[0]?.ranked.mean.toFixed(3)).toBe(shown);
    for (const format of ['table', 'md'] as const) {
      const text = await render('report', report, { format });
      expect(text).toContain(shown);
      expect(text).toContain(
        `${top?.ranked.interval.low.toFixed(3)}–${top?.ranked.interval.high.toFixed(3)}`,
      );
    }
  });

  test('fit 80 columns', async () => {
    const lines = (await render('report', report, { format: 'table', width: 80 })).split('\n');
    expect(lines.filter((line) => [...line].length > 80)).toEqual([]);
  });

  test('draw recalls as bars and curves as lines in 80 columns, too', async () => {
    const text = await render('report', report, { format: 'table', width: 80 });
    expect(text).toMatch(/^benign .*█/m);
    expect(text).toMatch(/gamma=2 .*[▁▂▃▄▅▆▇]/);
  });

  test('draw curves of what chooses epochs, or of macro-F1 where epochs do not have it', async () => {
    const curvesBy = async (metric: Metric) => {
      const ranked = await sampleReport({ metric });
      const text = await render('report', ranked, { format: 'table' });
      const page = await render('report', ranked, { format: 'html' });
      const json = await render('report', ranked, { format: 'json' });
      const [head = ''] = /^configuration +\S+ by epoch +\S+/m.exec(text) ?? [];
      const last = JSON.parse(json).curves[0].points.at(-1);
      const charts = new Set([...page.matchAll(/<h3[^>]*>(\w+): [^<]*gamma/g)].map(([, measure]) => measure));
      return [head.split(/ {2,}/).slice(1), last.ranked - last.macro_f1, [...charts]];
    };
    expect(await curvesBy({ name: 'macro_f1', goal: 'maximize' })).toEqual([
      ['macro_f1 by epoch', 'highest'],
      0,
      ['Loss', 'Score'],
    ]);
    const [head, apart, charts] = await curvesBy({ name: 'brier', goal: 'minimize' });
    expect([head, charts]).toEqual([
      ['brier by epoch', 'lowest'],
      ['Loss', 'Score', 'brier'],
    ]);
    expect(apart).toBeCloseTo(-0.12, 12);
    // The epochs of the sample have no costs.
    expect(await curvesBy({ name: 'expected_cost', goal: 'minimize' })).toEqual([
      ['macro_f1 by epoch', 'highest'],
      0,
      ['Loss', 'Score'],
    ]);
  });

  test('say whether adjusted logits do as well as training, and that nothing was adjusted where τ is 0', async () => {
    for (const format of ['table', 'md'] as const)
      expect((await render('report', report, { format })).replaceAll('\\', '')).toContain(
        'Cross-entropy gains nothing from adjusted logits on these rows (τ = 0).',
      );
    const postHoc = report.postHoc.map((own) => ({ ...own, tau: 0.4 }));
    expect(freeFixVerdict({ ...report, postHoc })).toMatch(
      /Cross-entropy with adjusted logits has macro_f1 .* Going by these means, (adjusting the logits|training) does/,
    );
  });

  test('let no name steer the terminal or the page', async () => {
    const hostile = {
      ...report,
      headline: { ...report.headline, winner: '\u001b[31mred <img>' },
    } as typeof report;
    expect(await render('report', hostile, { format: 'table' })).not.toContain('\u001b');
    expect(await render('report', hostile, { format: 'md' })).toContain('\\<img\\>');
    expect(await render('report', hostile, { format: 'md' })).not.toContain('\u001b');
  });
});

describe('what has no result', () => {
  const HAS_RESULT = { recalls: [0.9, 0.9, 0.4] };
  const reportOf = async (name: string, gammas: string, outcomeOf: OutcomeOf) => {
    const text = `name: ${name}\nparameters: {gamma: {values: ${gammas}}, learning_rate: {value: 0.01}}\nseeds: 3\ndata: {source: t.csv, label: y}\nstop: {type: successive_halving, grace: 1}\n`;
    await recordSweep(`memory:${name}`, text, await smallTable(), outcomeOf);
    return (await reportAndSuggestion(`memory:${name}`)).report;
  };
  const others =
    (outcome: 'diverged' | 'waiting' | 'dropped'): OutcomeOf =>
    ({ gamma }) =>
      gamma === 0 ? HAS_RESULT : gamma === 1 ? outcome : 'diverged';

  test.each(['text', 'md', 'html'] as const)('is told in %s', async (format) => {
    const mixed = await reportOf(`mixed-${format}`, '[0, 1, 2]', others('waiting'));
    const page = (await render('report', mixed, { format: format === 'text' ? 'table' : format })).replaceAll(
      ' · ',
      ', ',
    );
    expect(page).toContain('3 of 9 runs finished, 3 failed, 3 have no result yet, 3 configurations');
  });

  test.each([
    ['one', '[0]', 'waiting', 'It is the only configuration.'],
    ['failed', '[0, 2]', 'waiting', 'It is the only configuration with results.'],
    ['waits', '[0, 1]', 'waiting', 'It is the only configuration with results.'],
    [
      'dropped',
      '[0, 1]',
      'dropped',
      'It is the only configuration that is ranked: the other one was dropped.',
    ],
    [
      'both',
      '[0, 1, 2]',
      'dropped',
      'It is the only configuration that is ranked: the others were dropped or have no results.',
    ],
  ] as const)('leaves no only configuration: %s', async (name, gammas, outcome, sentence) => {
    const { headline } = await reportOf(name, gammas, others(outcome));
    expect(headline?.ties).toBe(sentence);
  });
});

describe('learning curves of seeds that stop at different epochs', () => {
  test('say of how many seeds they are, and compare epochs that all of them have', async () => {
    const text =
      'name: early\nparameters: {gamma: {values: [0]}}\nseeds: 3\ndata: {source: t.csv, label: y}\n';
    const seeds: number[] = [];
    await recordSweep('memory:early', text, await smallTable(), (_, seed) =>
      seeds.push(seed) === 1
        ? { recalls: [0.9, 0.9, 0.9], epochs: 5, lastTrainLoss: 0.1 }
        : { recalls: [0.5, 0.5, 0.1], epochs: 3 },
    );
    const { report: early } = await reportAndSuggestion('memory:early');
    const [curve] = early.curves;
    expect(curve?.points.map(({ seeds }) => seeds)).toEqual([3, 3, 3, 1, 1]);
    // The last two epochs are those of the better seed alone.
    expect(curve?.points[4]?.macro_f1).toBeGreaterThan((curve?.best ?? 1) + 0.1);
    expect(curve?.best).toBe(curve?.points[2]?.macro_f1);
    expect(curve?.lastTrainLoss).toBe(curve?.points[2]?.trainLoss);
    const page = await render('report', early, { format: 'html' });
    expect(page).toMatch(
      /Mean over seeds until epoch 3: training loss from 2\.000 to 0\.\d{3}, .*?\. From epoch 4 on fewer seeds train, 1 of 3 in the last, and the mean is of these\./,
    );
    expect(await render('report', early, { format: 'md' })).toContain(
      'Curves end where the first of the seeds ended: later means are of fewer seeds.',
    );
  });
});

describe('a ranking by', () => {
  const rankedBy = async (metric: string) => {
    const text = `name: by\nmetric: {name: ${metric}, goal: maximize}\nparameters: {gamma: {values: [0, 2]}}\nseeds: 2\ndata: {source: t.csv, label: y}\n`;
    await recordSweep(`memory:by-${metric}`, text, await smallTable(), () => ({ recalls: [0.9, 0.8, 0.4] }));
    return render('report', (await reportAndSuggestion(`memory:by-${metric}`)).report, { format: 'md' });
  };

  test('accuracy has it in one column', async () => {
    const [heading = ''] = /^\| # .*$/m.exec(await rankedBy('accuracy')) ?? [];
    expect(heading.split('|').filter((name) => name.trim() === 'accuracy')).toHaveLength(1);
  });

  test('rare recall decides no ties by it', async () => {
    expect((await rankedBy('accuracy')).replaceAll('\\', '')).toContain('over seeds, ties by rare_recall;');
    expect((await rankedBy('rare_recall')).replaceAll('\\', '')).toContain(
      'over seeds; * is tied'.replaceAll('\\', ''),
    );
  });
});
