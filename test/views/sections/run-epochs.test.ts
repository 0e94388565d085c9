import { expect, test } from 'vitest';
import { buildShown } from '../../../src/analysis/analysis.js';
import { METRICS, type MetricName } from '../../../src/metric.js';
import { openStore } from '../../../src/store/open-store.js';
import { render } from '../../../src/views/render.js';
import { finished, sampleSweep } from '../../store/sample-sweep.js';

/** A run whose epochs this metric chooses, as text. */
async function textBy(name: MetricName): Promise<string> {
  const store = openStore(`memory:epochs-${name}`);
  const writer = await store.writer();
  await writer.open(sampleSweep({ metric: { name, goal: METRICS[name].goal } }));
  await writer.record(finished({ 'aa-1': 0.5 }));
  await writer.close();
  const reader = await store.reader();
  const run = await buildShown(reader, 'aa-1');
  if (run.kind !== 'run') throw new Error('it is no run');
  const text = await render('run', run, { format: 'table' });
  await reader.close();
  return text;
}

/** The head of its table of epochs. */
async function columnsBy(name: MetricName): Promise<string | undefined> {
  return /^epoch .*/m
    .exec(await textBy(name))?.[0]
    .trimEnd()
    .replaceAll(/ +/g, ' ');
}

const USUAL = 'epoch train_loss train_acc val_loss val_acc macro_f1 rare_recall';

test.each<readonly [MetricName, string]>([
  ['macro_f1', USUAL],
  ['accuracy', USUAL],
  ['average_precision', `${USUAL} average_precision`],
  // The epochs of the sample have no costs.
  ['expected_cost', USUAL],
])('the epochs of a run show %s, which chooses them', async (name, columns) => {
  expect(await columnsBy(name)).toBe(columns);
});

test('a metric without a value is left out: costs that no sweep gives', async () => {
  const text = await textBy('macro_f1');
  expect(text).not.toMatch(/NaN|expected_cost/);
  expect(text).toMatch(/^loss .*\nmacro_f1 /m);
});
