// A race as people see it, from real threads and databases: it runs what `npm test` has built.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildReport,
  type Cohort,
  type LaunchOutcome,
  openStore,
  type ProgressEvent,
  parseSpec,
  prepareSweep,
  render,
  runSweep,
  type Stopper,
  type SweepReport,
  searchOf,
} from '../../dist/index.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-race-'));
const db = join(folder, 'race.db');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The stopper below is in place of the one that the spec names.
const SPEC = parseSpec(`
name: race
parameters: {gamma: {values: [0, 1, 2, 3]}, learning_rate: {values: [0.001, 0.01]}}
seeds: 3
stop: {type: successive_halving, grace: 2}
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [8]}
train: {epochs: 6, patience: 0, batch_size: 64}
`);

const meanOf = ({ scores }: Cohort[number]): number =>
  scores.reduce((sum, { validation }) => sum + validation.macro_f1, 0) / scores.length;
const best = (cohort: Cohort, count: number): readonly string[] =>
  cohort
    .toSorted((a, b) => meanOf(b) - meanOf(a))
    .slice(0, count)
    .map(({ trialId }) => trialId);
/** Three go on from two epochs of a seed, two from the whole of it; what is left then needs no third seed. */
const stopper: Stopper = {
  rungs: [{ seeds: 1, epochs: 2 }, { seeds: 1 }, { seeds: 2 }],
  judge: (cohort, { seeds, epochs }) => {
    const others = cohort.filter(({ isBaseline }) => isBaseline !== true);
    const baselines = cohort.filter(({ isBaseline }) => isBaseline === true);
    return seeds === 2 ? [] : [...best(others, epochs === undefined ? 2 : 3), ...best(baselines, 2)];
  },
};

let report: SweepReport;
let events: ProgressEvent[];
let outcome: LaunchOutcome;

async function launch(): Promise<void> {
  events = [];
  const writer = await openStore(db).writer();
  try {
    const prepared = await prepareSweep(SPEC, { db });
    const { sampler } = searchOf(SPEC);
    const onProgress = (event: ProgressEvent) => events.push(event);
    outcome = await runSweep({ ...prepared, writer, workers: 2, search: { sampler, stopper }, onProgress });
  } finally {
    await writer.close();
  }
}

beforeAll(async () => {
  await launch();
  const reader = await openStore(db).reader();
  report = await buildReport(reader);
  await reader.close();
});

describe('a race', () => {
  it('is told rung by rung while it runs', () => {
    const told = events.flatMap((event) => (event.type === 'rung' ? [event] : []));
    const counts = told.map(({ decision, left }) => [decision.going.length, decision.dropped.length, left]);
    // A dropped configuration has three runs, of which the first may be complete.
    expect(counts).toEqual([
      [5, 3, 9],
      [4, 1, 2],
      [0, 4, 4],
    ]);
  });

  it('ranks what is left and the baselines, and lists the others with what they were dropped for', () => {
    const { configurations, race } = report;
    expect(configurations.map(({ isCrossEntropy, seeds }) => [isCrossEntropy, seeds.length])).toEqual(
      expect.arrayContaining([
        [true, 2],
        [true, 2],
        [false, 2],
        [false, 2],
      ]),
    );
    expect(configurations).toHaveLength(4);
    expect(report.unfinished).toBe(0);
    expect(race?.rungs.map(({ rung, judged, wentOn }) => [rung, judged, wentOn])).toEqual([
      ['epoch 2 of 1 seed', 8, 5],
      ['1 seed', 5, 4],
      ['2 seeds', 4, 0],
    ]);
    const dropped = race?.dropped.map(({ after, epochs }) => [after, epochs]).toSorted();
    expect(dropped).toEqual([['1 seed', 6], ...[1, 2, 3].map(() => ['epoch 2 of 1 seed', 2])]);
    for (const { value, best: ahead } of race?.dropped ?? []) expect(value).toBeLessThanOrEqual(ahead ?? 0);
    // Four with two seeds, one with one, and two epochs of three others; of 8 × 3 × 6.
    const trained = 4 * 2 * 6 + 6 + 3 * 2;
    expect(race?.epochs).toEqual({ trained, most: 144 });
    expect(race?.sentence).toBe(
      '5 of 8 configurations went on after epoch 2 of 1 seed, 4 after 1 seed; 42 % of the epochs were trained.',
    );
  });

  it('shows each finished run once, however often it has paused', () => {
    const { timeline, course, configurations } = report;
    const ranked = configurations.flatMap(({ runs }) => runs.map(({ runId }) => runId));
    expect(course).toHaveLength(ranked.length);
    const finishing = timeline.filter(({ finished }) => finished).map(({ runId }) => runId);
    expect(finishing).toHaveLength(9);
    expect(new Set(finishing).size).toBe(9);
    // Eight first runs pause, and five of them go on.
    expect(timeline.length).toBeGreaterThan(9);
  });

  it('says how the attempts of its workers ended', async () => {
    const page = await render('report', report, { format: 'html' });
    const paused = report.timeline.length - 9;
    expect(page).toContain(
      `9 finished their runs, ${paused} ended when the run paused or was stopped (grey).`,
    );
  });

  it.each(['table', 'md', 'html', 'json'] as const)('is shown in %s', async (format) => {
    const page = await render('report', report, { format });
    expect(page).toContain('42 % of the epochs were trained');
    for (const { label } of report.race?.dropped ?? []) expect(page.replaceAll('\\_', '_')).toContain(label);
  });

  it('trains nothing more when it is launched again, and tells nothing twice', async () => {
    await launch();
    expect(events.map(({ type }) => type)).toEqual(['planned']);
    expect(outcome).toMatchObject({ alreadyComplete: 9, complete: 0, pruned: 15 });
    expect(events[0]).toMatchObject({ runs: 24, waiting: 0 });
  });
});
