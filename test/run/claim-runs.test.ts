import { describe, expect, test } from 'vitest';
import { createClaimer, type GroupQueue } from '../../src/run/groups/claim-runs.js';
import type { PlannedRun } from '../../src/run/groups/follow-group.js';
import { openStore } from '../../src/store/open-store.js';
import type { AnyConfig } from '../../src/sweep.js';
import { finished, sampleSweep, sampleTrial } from '../store/sample-sweep.js';

let stores = 0;
const freshStore = () => openStore(`memory:claim-runs-${++stores}`);
/** Runs of one network shape may train together. */
const trainer = { id: 'shapes@1', groupSize: 8, groupKey: (config: AnyConfig) => String(config.hidden) };
const trainerOf = () => trainer;
const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed);
const narrow = sampleTrial('aa', { hidden: [8] });
const wide = sampleTrial('bb', { hidden: [16] });

/** A sweep of two network shapes with so many seeds of each. */
async function openSweep(count: number) {
  const store = freshStore();
  const record = sampleSweep({ trials: [narrow, wide], seeds: seeds(count) });
  const writer = await store.writer();
  await writer.open(record);
  const planned = record.runs.map(
    (run): PlannedRun => ({ run, trial: run.trialId === narrow.trialId ? narrow : wide }),
  );
  return { store, writer, planned };
}

async function drained(queue: GroupQueue): Promise<readonly (readonly PlannedRun[])[]> {
  const groups: (readonly PlannedRun[])[] = [];
  for (let group = await queue.next(); group !== undefined; group = await queue.next()) groups.push(group);
  return groups;
}

describe('claimed groups', () => {
  test('hold runs of one shape in the order given, each with the token of its claim', async () => {
    const { writer, planned } = await openSweep(3);
    const queue = await createClaimer({
      writer,
      sweep: 'sample',
      trainerOf,
      isSplitPerSeed: false,
      workers: 2,
    }).groups(planned, 2);
    expect(queue.ready).toBe(4);
    const groups = await drained(queue);
    expect(groups.map((group) => group.map(({ run }) => run.runId))).toEqual([
      ['aa-0', 'aa-1'],
      ['aa-2'],
      ['bb-0', 'bb-1'],
      ['bb-2'],
    ]);
    const claims = groups.flat().map(({ claim }) => claim);
    expect(new Set(claims).size).toBe(6);
    await writer.record(
      finished({ 'bb-2': 0.5 }).map((event) => ({ ...event, claim: claims[5] }) as typeof event),
    );
  });

  test('are claimed chunk by chunk, and no run is lost between', async () => {
    const { store, writer, planned } = await openSweep(1500);
    const queue = await createClaimer({
      writer,
      sweep: 'sample',
      trainerOf,
      isSplitPerSeed: false,
      workers: 2,
    }).groups(planned, 8);
    const guest = await store.writer();
    await guest.join('sample');
    const runs = planned.map(({ run }) => run.runId);
    const [stolen] = await guest.claim({ sweep: 'sample', runs, most: 1, leaseMs: 60_000 });
    const trained = (await drained(queue)).flat().map(({ run }) => run.runId);
    expect(trained).toHaveLength(2999);
    expect(trained).not.toContain(stolen?.runId);
    expect(new Set([...trained, stolen?.runId])).toEqual(new Set(runs));
  });

  test('are little more than what is about to train, so that another launch finds work to the end', async () => {
    const { store, writer, planned } = await openSweep(100);
    const guest = await store.writer();
    await guest.join('sample');
    const queueFor = (own: typeof writer) =>
      createClaimer({ writer: own, sweep: 'sample', trainerOf, isSplitPerSeed: false, workers: 2 }).groups(
        planned,
      );
    const [one, other] = [await queueFor(writer), await queueFor(guest)];
    // Two groups of eight that begin, and two to follow.
    expect([one.ready, other.ready]).toEqual([4, 4]);
    const first = await Promise.all([one, one, one, one].map((queue) => queue.next()));
    const second = await Promise.all([other, other, other, other].map((queue) => queue.next()));
    const ids = [...first, ...second].flatMap((group) => group?.map(({ run }) => run.runId) ?? []);
    expect(ids).toEqual(planned.slice(0, 64).map(({ run }) => run.runId));
    const rest = [...(await drained(one)), ...(await drained(other))].flat().map(({ run }) => run.runId);
    expect(new Set([...ids, ...rest]).size).toBe(200);
    expect(ids.length + rest.length).toBe(200);
  });

  test('are a group for every worker where another launch has claimed the first ones', async () => {
    const { store, writer, planned } = await openSweep(20);
    const guest = await store.writer();
    await guest.join('sample');
    const runs = planned.slice(0, 30).map(({ run }) => run.runId);
    await guest.claim({ sweep: 'sample', runs, most: 30, leaseMs: 60_000 });
    const claimer = createClaimer({
      ...{ writer, sweep: 'sample', trainerOf, isSplitPerSeed: false },
      workers: 2,
    });
    const queue = await claimer.groups(planned, 2);
    expect(queue.ready).toBeGreaterThanOrEqual(2);
    expect((await Promise.all([queue.next(), queue.next()])).map((group) => group?.length)).toEqual([2, 2]);
    expect((await drained(queue)).flat()).toHaveLength(6);
  });

  test('of a run that is tried again keep its claim', async () => {
    const { writer, planned } = await openSweep(1);
    const claimer = createClaimer({ writer, sweep: 'sample', trainerOf, isSplitPerSeed: false, workers: 2 });
    const first = (await drained(await claimer.groups(planned, 1))).flat();
    const again = (await drained(await claimer.groups(planned.slice(0, 1), 1))).flat();
    expect(again).toEqual(first.slice(0, 1));
  });

  test('leave out what another process trains', async () => {
    const { store, writer, planned } = await openSweep(1);
    const guest = await store.writer();
    await guest.join('sample');
    await guest.claim({ sweep: 'sample', runs: ['aa-0'], most: 1, leaseMs: 60_000 });
    const groups = await drained(
      await createClaimer({ writer, sweep: 'sample', trainerOf, isSplitPerSeed: false, workers: 2 }).groups(
        planned,
        1,
      ),
    );
    expect(groups.flat().map(({ run }) => run.runId)).toEqual(['bb-0']);
  });
});
