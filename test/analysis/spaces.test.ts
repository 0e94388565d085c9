import { beforeAll, describe, expect, test } from 'vitest';
import { buildComparison, buildReport, buildShown, buildSuggestion } from '../../src/analysis/analysis.js';
import type { SweepReport } from '../../src/analysis/report.js';
import { chosenSpec } from '../../src/analysis/suggest/chosen-spec.js';
import type { Dataset } from '../../src/data/dataset.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { openStore } from '../../src/store/open-store.js';
import type { SweepReader } from '../../src/store/store.js';
import { render } from '../../src/views/render.js';
import { type OutcomeOf, planned, recordSweep, smallTable } from './recorded-sweep.js';

const SPEC = `name: models
seeds: 4
data: {source: t.csv, label: y}
parameters: {alpha: {values: [1, balanced]}, gamma: {values: [0, 2]}}
spaces:
  - name: network
    parameters: {dropout: {values: [0, 0.2]}}
  - name: trees
    model: {type: trees}
    parameters: {max_leaves: {values: [7, 15, 31]}}
`;
/** Trees find more; γ = 2 helps networks and hurts trees; more leaves help trees a little. */
const outcomeOf: OutcomeOf = ({ model, gamma, max_leaves }, seed) => {
  const focal = gamma === 0 ? 0 : model === 'trees' ? -0.15 : 0.15;
  const base = model === 'trees' ? 0.85 + max_leaves / 1000 : 0.55;
  const found = base + focal + seed / 500;
  return { recalls: [found, found, found], chosenEpoch: 1, stoppedBy: 'patience' };
};
let dataset: Dataset;
let reader: SweepReader;
let report: SweepReport;

beforeAll(async () => {
  dataset = await smallTable();
  await recordSweep('memory:spaces', SPEC, dataset, outcomeOf);
  reader = await openStore('memory:spaces').reader();
  report = await buildReport(reader, 'models');
});

describe('a report of several spaces', () => {
  test('ranks the configurations of all spaces together, against the best cross-entropy of all', () => {
    expect(report.configurations).toHaveLength(20);
    expect(report.best?.label).toBe('trees: alpha=1 gamma=0 max_leaves=31');
    expect(report.best).toBe(report.baseline);
    const networks = report.configurations.filter(({ space }) => space === 'network');
    const verdicts = new Set(networks.map(({ versusBaseline }) => versusBaseline?.ranked.verdict));
    expect([...verdicts]).toEqual(['worse']);
  });

  test('shows the best of each space against the cross-entropy of that space', () => {
    const [network, trees] = report.spaces;
    expect(network).toMatchObject({ space: 'network', model: 'mlp', configurations: 8, tied: 0 });
    expect(network?.best).toMatchObject({ space: 'network', config: { gamma: 2 } });
    expect(network?.baseline).toMatchObject({ space: 'network', isCrossEntropy: true });
    expect(network?.gain?.verdict).toBe('better');
    const { best, baseline } = network ?? {};
    expect(network?.gain?.mean).toBeCloseTo((best?.ranked.mean ?? 0) - (baseline?.ranked.mean ?? 0), 12);
    expect(network?.fromBest?.mean).toBeCloseTo(
      (best?.ranked.mean ?? 0) - (report.best?.ranked.mean ?? 0),
      12,
    );
    expect(network?.fromBest?.interval.high).toBeLessThan(0);
    expect(trees).toMatchObject({
      fromBest: null,
      space: 'trees',
      model: 'trees',
      configurations: 12,
      gain: null,
    });
    expect(trees?.best).toBe(report.best);
    expect(trees?.baseline).toBe(report.baseline);
  });

  test('asks within each space whether focal loss and class weights are worth it', () => {
    const asked = report.contrasts.map(({ space, knob, overall }) => [space, knob, overall.pairs]);
    expect(asked).toEqual([
      ['network', 'gamma', 4],
      ['network', 'alpha', 4],
      ['trees', 'gamma', 6],
      ['trees', 'alpha', 6],
    ]);
    const [networks, , trees] = report.contrasts;
    expect(networks?.sentence).toMatch(/^network: Focal loss \(γ > 0\) helped/);
    expect(trees?.sentence).toMatch(/^trees: Focal loss \(γ > 0\) hurt/);
  });

  test('says what the axes of each space do, and compares no knob across spaces', () => {
    const [network, trees] = report.grids;
    expect(network?.importance?.axes.map(({ knob }) => knob).toSorted()).toEqual([
      'alpha',
      'dropout',
      'gamma',
    ]);
    expect(trees?.importance?.axes.map(({ knob }) => knob).toSorted()).toEqual([
      'alpha',
      'gamma',
      'max_leaves',
    ]);
    expect(network?.importance?.axes[0]).toMatchObject({ knob: 'gamma', best: { value: 2 } });
    expect(trees?.importance?.axes[0]).toMatchObject({ knob: 'gamma', best: { value: 0 } });
    expect(network?.importance?.isFullGrid).toBe(true);
    const levels = report.axes.map(({ knob, labels }) => [knob, labels]);
    expect(levels).toContainEqual(['max_leaves', ['7', '15', '31', '—']]);
    expect(levels).toContainEqual(['dropout', ['0', '0.2', '—']]);
  });

  test('names the space in every format', async () => {
    const text = await render('report', report, { format: 'table', width: 200 });
    expect(text).toContain('use trees: cross-entropy (α = 1, γ = 0, max_leaves = 31)');
    expect(text).toMatch(/Space by space\n(?:.*\n)+?network +mlp/);
    expect(text).toContain('network: Effect of each axis on macro_f1');
    expect(text).toContain('trees: Effect of each axis on macro_f1');
    const json = JSON.parse(await render('report', report, { format: 'json' }));
    expect(json.spaces.map(({ space }: { space: string }) => space)).toEqual(['network', 'trees']);
    expect(json.spaces[0]).toMatchObject({ model: 'mlp', gain: { verdict: 'better' } });
    expect(json.spaces[1].importance.axes[0].knob).toBe('gamma');
    expect(json.importance).toBeNull();
    expect(json.configurations[0].space).toBe('trees');
    expect(json.contrasts[0].space).toBe('network');
    expect(json.choices[0].space).toBe('trees');
    const [head, first] = (await render('report', report, { format: 'csv' })).split('\n');
    expect(head).toMatch(/^rank,trial,space,configuration/);
    expect(first).toMatch(/^1,[0-9a-f]+,trees,trees: alpha=1/);
    const page = await render('report', report, { format: 'html' });
    expect(page).toContain('Circles are network, triangles are trees.');
    expect(page).toContain('The best of each space');
    expect(page).toMatch(/<h3>(<bdi>)?trees(<\/bdi>)?: Is focal loss worth it\?/);
  });

  test('says the space of a configuration and of a run', async () => {
    const shown = await buildShown(reader, 'models#1');
    expect(shown).toMatchObject({ space: 'trees', label: 'trees: alpha=1 gamma=0 max_leaves=31' });
    const run = await buildShown(reader, report.best?.runs[0]?.runId ?? '');
    expect(run).toMatchObject({ kind: 'run', space: 'trees' });
    const { differing, sides } = await buildComparison(reader, ['models#1', 'models#20']);
    expect(sides.map(({ label }) => label.split(':')[0])).toEqual(['trees', 'network']);
    expect(differing).toContain('model');
    expect(differing).not.toContain('row_share');
  });

  test('finds runs by their space', async () => {
    const { columns, rows } = await reader.query({ where: 'space == trees and gamma > 0', sweep: 'models' });
    expect(columns.slice(0, 2)).toEqual(['run', 'space']);
    expect(rows).toHaveLength(24);
    const others = await reader.query({ where: 'space in (network) and not space like t%' });
    expect(others.rows).toHaveLength(32);
  });
});

describe('what follows a sweep of several spaces', () => {
  test('the winner alone is found again', () => {
    const next = planned(
      chosenSpec(report, report.configurations[0] as SweepReport['configurations'][number]),
      dataset,
    );
    expect(next.trials.map(({ trialId, space }) => [trialId, space])).toContainEqual([
      report.best?.trialId,
      'trees',
    ]);
    expect(next.spec.spaces).toHaveLength(1);
  });

  test('a suggestion changes the space that it is about, and trains the rest no more', async () => {
    const { spec } = await buildSuggestion(reader, 'models');
    const next = planned(spec ?? '', dataset);
    const [network, trees] = next.spec.spaces;
    const before = parseSpec(SPEC).spaces;
    expect(network).toEqual(before[0]);
    expect(trees).not.toEqual(before[1]);
    expect(spec).toMatch(/^# - trees: /m);
    expect(spec).not.toMatch(/^# - network: /m);
    expect(next.trials.map(({ trialId }) => trialId)).toContain(report.best?.trialId);
  });
  test('advice on all of them is about the best of all', async () => {
    const text = `name: weak
seeds: 2
data: {source: t.csv, label: y}
parameters: {gamma: {value: 0}}
spaces: [{name: network}, {name: trees, model: {type: trees}}]
`;
    await recordSweep('memory:weak', text, dataset, ({ model }) => ({
      recalls: model === 'trees' ? [0.5, 0.62, 0.62] : [0.5, 0.6, 0.6],
    }));
    const weak = await openStore('memory:weak').reader();
    const { configurations, advice } = await buildReport(weak, 'weak');
    const [best, other] = configurations;
    expect([best?.space, other?.space, other?.isTied]).toEqual(['trees', 'network', true]);
    expect(advice.filter(({ id }) => id === 'below-majority').map(({ evidence }) => evidence)).toEqual([
      `Always predicting many is right for 0.600 of the validation rows; the best configuration is right for ${best?.metrics.accuracy.mean.toFixed(3)}, and 2 of 2 configurations are not above it.`,
    ]);
    await weak.close();
  });
});

test('names momentum only where the optimiser uses it', async () => {
  const spec = `name: optimisers
seeds: 2
data: {source: t.csv, label: y}
parameters: {optimizer: {values: [adam, sgd]}, momentum: {values: [0.5, 0.9]}}
train: {gamma: 0}
`;
  const found = { adam: 0.5, adamw: 0.5, sgd: 0.6 };
  await recordSweep('memory:optimisers', spec, dataset, ({ optimizer, momentum }) => {
    const recall = found[optimizer] + momentum / 10;
    return { recalls: [recall, recall, recall], chosenEpoch: 1 };
  });
  const own = await openStore('memory:optimisers').reader();
  const ranked = await buildReport(own, 'optimisers');
  expect(ranked.configurations.map(({ label }) => label)).toEqual([
    'optimizer=sgd momentum=0.9',
    'optimizer=sgd momentum=0.5',
    'optimizer=adam',
  ]);
  expect(ranked.configurations[2]?.point).toEqual({ optimizer: 'adam' });
  expect(ranked.axes.map(({ labels }) => labels)).toEqual([
    ['adam', 'sgd'],
    ['0.5', '0.9', '—'],
  ]);
  const rows = JSON.parse(await render('report', ranked, { format: 'json' })).configurations;
  expect(rows[2].point).toEqual({ optimizer: 'adam' });
  await own.close();
});
