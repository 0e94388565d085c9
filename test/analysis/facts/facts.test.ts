import { afterAll, expect, test } from 'vitest';
import { buildComparison, buildReport, buildShown } from '../../../src/analysis/analysis.js';
import { compareSides } from '../../../src/analysis/comparison/compare-sides.js';
import { readSides } from '../../../src/analysis/facts/comparison-facts.js';
import { readShown } from '../../../src/analysis/facts/shown-facts.js';
import { readScoreFacts, readSweepFacts } from '../../../src/analysis/facts/sweep-facts.js';
import { scoreTrials } from '../../../src/analysis/ranking/score-trials.js';
import { sweepReport } from '../../../src/analysis/report.js';
import { runReport } from '../../../src/analysis/shown/run-report.js';
import { trialReport } from '../../../src/analysis/shown/trial-report.js';
import { openStore } from '../../../src/store/open-store.js';
import { recordSample } from '../sample-report.js';

const path = await recordSample();
const reader = await openStore(path).reader();
afterAll(() => reader.close());

/** What is read, with the store closed and everything copied that can be copied. */
async function apart<Facts>(read: (of: typeof reader) => Promise<Facts>): Promise<Facts> {
  const own = await openStore(path).reader();
  const facts = await read(own);
  await own.close();
  return structuredClone(facts);
}

test('a report follows from plain facts alone', async () => {
  const scored = await scoreTrials(await apart((of) => readScoreFacts(of, { sweep: 'sample' })));
  const facts = await apart((of) => readSweepFacts(of, scored));
  expect(await sweepReport(scored, facts)).toEqual(await buildReport(reader));
});

test('test rows are read of the finalists alone, other details of those that can be looked at', async () => {
  const scored = await scoreTrials(await readScoreFacts(reader));
  const facts = await readSweepFacts(reader, scored);
  const { configurations, baseline, challenger } = await sweepReport(scored, facts);
  const runsOf = (shown: readonly (typeof baseline)[]): readonly string[] =>
    [...new Set(shown)].flatMap((own) => own?.runs.map(({ runId }) => runId) ?? []).toSorted();
  for (const read of [facts.epochs, facts.classScores]) {
    expect([...read.keys()].toSorted()).toEqual(runsOf(configurations));
  }
  expect([...facts.testPredictions.keys()].toSorted()).toEqual(runsOf([baseline, challenger]));
  expect([...facts.confusions.keys()].toSorted()).toEqual(
    configurations.map(({ trialId }) => trialId).toSorted(),
  );
});

test('so does a comparison', async () => {
  const words = ['a0-trial', '#1', 'sample', 'b1-2'];
  expect(compareSides(await apart((of) => readSides(of, words)))).toEqual(
    await buildComparison(reader, words),
  );
});

test('so does what is shown of a run and of a configuration', async () => {
  const [run, trial] = [await apart((of) => readShown(of, 'a0-1')), await apart((of) => readShown(of, '#2'))];
  expect([run, trial].map(({ kind }) => kind)).toEqual(['run', 'trial']);
  expect(run.kind === 'run' && runReport(run)).toEqual(await buildShown(reader, 'a0-1'));
  expect(trial.kind === 'trial' && trialReport(trial, null)).toEqual(await buildShown(reader, '#2'));
});
