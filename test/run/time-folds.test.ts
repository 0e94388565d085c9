// Folds in time order from spec to report, through the command line: this test runs what `npm test` has built.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildReport,
  confusionMatrix,
  loadData,
  loadTrainer,
  metricValues,
  openStore,
  parseSpec,
} from '../../dist/index.js';
import { isProbabilityMetric, METRIC_NAMES } from '../../src/metric.js';
import { randomStream } from '../../src/random.js';
import { told } from '../../src/testing/told.js';
import { knobConfig } from '../knob-config.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-time-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SPEC = `
name: weeks
parameters: {gamma: {values: [0, 2]}, alpha: {values: [1, balanced]}}
data: {source: seen.csv, label: family, split: {time: day, gap: 2 d, folds: 4}}
model: {hidden: [8]}
train: {epochs: 3, batch_size: 64, learning_rate: 0.01}
engine: native/wasm
`;

/** 50 days of 12 rows; families differ in both numbers. */
function seenTable(): string {
  const draw = randomStream(3, 'synthetic');
  const lines = Array.from({ length: 600 }, (_, row) => {
    const date = new Date(Date.UTC(2025, 0, 1 + (row % 50))).toISOString().slice(0, 10);
    const family = ['a', 'a', 'b', 'c'][Math.floor(row / 50) % 4] as string;
    const numbers = [0, 1].map((at) => (family.charCodeAt(0) * (at + 1) + 3 * draw.uniform()).toFixed(3));
    return [...numbers, date, family].join();
  });
  return ['x,y,day,family', ...lines].join('\n');
}

function focalsweep(...args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
}

async function opened() {
  return await openStore(join(folder, 'results', 'focalsweep.db')).reader();
}

describe('a sweep of folds by time', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'seen.csv'), seenTable());
    writeFileSync(join(folder, 'weeks.yaml'), SPEC);
    const { status, stderr } = focalsweep('launch', 'weeks.yaml');
    expect([status, stderr]).toEqual([0, expect.stringContaining('4 configurations, 16 runs, 16 to train')]);
  });

  it('says what it did, plans nothing anew and suggests', () => {
    expect(focalsweep('plan', 'weeks.yaml').stdout).toContain('4 seeds = 16 runs, 0 to train');
    expect(focalsweep('report', 'weeks').stdout).toMatch(
      /Split by day into 4 folds: seed 1 validates from 2025-01-\d\dT00:00:00Z/,
    );
    expect([0, 2]).toContain(focalsweep('suggest', 'weeks').status);
  });

  it('records for every run the predictions of its fold’s rows', async () => {
    const reader = await opened();
    const { dataset } = await reader.sweep('weeks');
    const runs = await reader.runs('weeks');
    const predictions = await reader.predictions(
      runs.map(({ runId }) => runId),
      'validation',
    );
    await reader.close();
    expect(runs).toHaveLength(16);
    const held = [1, 2, 3, 4].map((seed) => dataset.validationRows?.get(seed) ?? new Uint32Array());
    expect(new Set(held.flatMap((rows) => [...rows])).size).toBe(dataset.validationLabels.length);
    for (const { runId, seed, validation } of runs) {
      const rows = held[seed - 1] ?? new Uint32Array();
      const labels = Uint16Array.from(rows, (row) => dataset.validationLabels[row] as number);
      const confusion = confusionMatrix(labels, predictions.get(runId) ?? [], dataset.classNames.length);
      const found = metricValues({
        confusion,
        rareClasses: dataset.rareClasses,
        logLoss: validation.log_loss,
      });
      for (const name of METRIC_NAMES.filter((one) => !isProbabilityMetric(one))) {
        expect(found[name]).toBe(validation[name]);
      }
    }
  });

  it('trains a run as that fold’s dataset alone does', async () => {
    const [{ splits }, trainer] = await Promise.all([
      loadData(parseSpec(SPEC).data, folder),
      loadTrainer('native/wasm'),
    ]);
    const reader = await opened();
    const [trial] = await reader.trials('weeks');
    const runs = (await reader.runs('weeks')).filter(({ trialId }) => trialId === trial?.trialId);
    const recorded = await reader.predictions(
      runs.map(({ runId }) => runId),
      'validation',
    );
    await reader.close();
    const alone = new Map<string, Uint16Array | undefined>();
    for (const { runId, seed } of runs) {
      const metric = { name: 'macro_f1', goal: 'maximize' } as const;
      const run = { runId, seed, metric, config: knobConfig(trial?.config) };
      const { results, failures } = await told({ trainer, dataset: splits?.dataset(seed), runs: [run] });
      expect([...failures]).toEqual([]);
      alone.set(runId, results.get(runId)?.validation.predictions);
    }
    expect(alone.size).toBe(4);
    expect(alone).toEqual(recorded);
  });

  it('has intervals, and more training rows from fold to fold', async () => {
    const reader = await opened();
    const report = await buildReport(reader, 'weeks');
    await reader.close();
    const { foldTrainRows = [] } = report.sweep.dataset.card;
    const totals = foldTrainRows.map((counts) => counts.reduce((sum, count) => sum + count, 0));
    expect(totals).toEqual(totals.toSorted((a, b) => a - b));
    expect(new Set(totals).size).toBe(4);
    for (const { ranked } of report.configurations) {
      expect(ranked.interval.low).toBeLessThan(ranked.mean);
      expect(ranked.interval.high).toBeGreaterThan(ranked.mean);
    }
  });
});
