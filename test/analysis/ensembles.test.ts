import { afterAll, describe, expect, it } from 'vitest';
import { buildReport } from '../../src/analysis/analysis.js';
import { openStore } from '../../src/store/open-store.js';
import { LOGIT_STEPS } from '../../src/sweep.js';
import { render } from '../../src/views/render.js';
import { recordSample } from './sample-report.js';

const reader = await openStore(await recordSample()).reader();
afterAll(() => reader.close());
const report = await buildReport(reader);

/** In plain arithmetic: what the mean of the softmax of stored logits gives. */
async function golden(trialId: string) {
  const { testLabels, classNames, rareClasses } = report.sweep.dataset;
  const classes = classNames.map((_, cls) => cls);
  const runs = (await reader.runs(report.sweep.name)).filter((run) => run.trialId === trialId);
  const logits = await Promise.all(runs.map(async ({ runId }) => await reader.logits(runId, 'test')));
  const shares = [...testLabels].map((_, row) =>
    classes.map((cls) => {
      const own = logits.map((steps) => {
        const power = (of: number) => Math.exp(-(steps?.[row * classes.length + of] ?? NaN) / LOGIT_STEPS);
        return power(cls) / classes.reduce((sum, of) => sum + power(of), 0);
      });
      return own.reduce((sum, share) => sum + share, 0) / own.length;
    }),
  );
  // What is equal but for rounding goes to the lowest class.
  const predicted = shares.map((row) => row.findIndex((share) => share > Math.max(...row) - 1e-9));
  const count = (is: (label: number, guess: number) => boolean) =>
    predicted.filter((guess, row) => is(testLabels[row] ?? NaN, guess)).length;
  const f1 = classes.map((cls) => {
    const hits = count((label, guess) => label === cls && guess === cls);
    return (2 * hits) / (count((label) => label === cls) + count((_, guess) => guess === cls));
  });
  const recall = (cls: number) =>
    count((label, guess) => label === cls && guess === cls) / count((label) => label === cls);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    macro_f1: mean(f1),
    rare_recall: mean(rareClasses.map(recall)),
    accuracy: count((label, guess) => label === guess) / predicted.length,
    log_loss: mean(shares.map((row, at) => -Math.log(row[testLabels[at] ?? NaN] ?? NaN))),
  };
}

describe('the seeds of a configuration together', () => {
  it('have the figures of plain arithmetic on the test rows, beside the mean of the seeds', async () => {
    for (const { trialId, ensemble } of report.confirmations) {
      const known = await golden(trialId);
      const alone = [...(await reader.testMetrics(report.sweep.name, trialId)).values()];
      expect(ensemble?.seeds).toBe(3);
      for (const name of ['macro_f1', 'rare_recall', 'accuracy', 'log_loss'] as const) {
        const figure = ensemble?.of.get(name);
        const single = alone.reduce((sum, metrics) => sum + metrics[name], 0) / alone.length;
        expect(figure?.mean).toBeCloseTo(known[name], 12);
        expect(figure?.single).toBeCloseTo(single, 12);
        expect(figure?.gain.mean).toBeCloseTo(known[name] - single, 12);
      }
    }
  });

  it('have intervals over rows for what follows from predictions, alone', () => {
    for (const { ensemble } of report.confirmations) {
      const unknown = ensemble?.of.get('log_loss');
      expect([unknown?.interval.low, unknown?.gain.interval.low]).toEqual([NaN, NaN]);
      const drawn = [...(ensemble?.of ?? [])].filter(([name]) => name !== 'log_loss');
      expect(drawn.map(([name]) => name)).toEqual(['macro_f1', 'rare_recall', 'accuracy']);
      for (const [, { mean, interval, gain }] of drawn) {
        expect(interval.low).toBeLessThan(mean);
        expect(interval.high).toBeGreaterThanOrEqual(mean);
        expect(gain.interval.low).toBeLessThan(gain.mean);
        expect(gain.interval.high).toBeGreaterThan(gain.mean);
        // The rows are the same, so the gain is known better than the value.
        const width = gain.interval.high - gain.interval.low;
        expect(width).toBeLessThan(interval.high - interval.low);
      }
    }
  });

  it('are in the report for people, for pages and for scripts', async () => {
    const figure = report.confirmations[1]?.ensemble?.of.get('macro_f1')?.mean ?? NaN;
    const text = await render('report', report, { format: 'table' });
    expect(text).toMatch(new RegExp(`– 3 seeds together +${figure.toFixed(3)} `));
    expect(text).toMatch(/Gain over the seeds alone: cross-entropy: macro_f1 [+−]0\.\d{3} \(95 % /);
    expect(await render('report', report, { format: 'html' })).toContain(
      `<td class="n">3</td><td class="n">${figure.toFixed(3)} <small>`,
    );
    const { test } = JSON.parse(await render('report', report, { format: 'json' }));
    expect(test[1].ensemble).toMatchObject({
      seeds: 3,
      metrics: { macro_f1: { mean: figure }, log_loss: { interval: { low: null, high: null } } },
    });
  });
});

it('of a sweep without logits of the test rows are not in its report', async () => {
  const url = await recordSample({}, undefined, { hasTestLogits: false });
  const without = await openStore(url).reader();
  const { confirmations, ...rest } = await buildReport(without);
  await without.close();
  expect(confirmations.map(({ ensemble }) => ensemble)).toEqual([null, null]);
  expect(await render('report', { confirmations, ...rest }, { format: 'md' })).not.toMatch(/seeds together/i);
});
