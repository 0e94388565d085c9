import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEventLog } from '../../src/run/record/event-log.js';
import { openStore } from '../../src/store/open-store.js';
import type { RunEvent, SweepReader, SweepWriter } from '../../src/store/store.js';
import { complete, interrupted, sampleResult, sampleSweep, started } from '../store/sample-sweep.js';

let stores = 0;
let writer: SweepWriter;
let reader: SweepReader;

beforeEach(async () => {
  vi.useFakeTimers();
  const store = openStore(`memory:event-log-${++stores}`);
  writer = await store.writer();
  await writer.open(sampleSweep());
  reader = await store.reader();
});
afterEach(async () => {
  vi.useRealTimers();
  await writer.close();
});

const result = sampleResult('aa-1', 0.5);
const epoch = (at: number): RunEvent => {
  const record = result.epochs[at];
  if (record === undefined) throw new Error(`no epoch ${at}`);
  return { type: 'epoch', runId: 'aa-1', epoch: record };
};
const epochsSoFar = async () => (await reader.run('aa-1')).liveEpochs.length;
const stateOf = async () => (await reader.run('aa-1')).state;

describe('the event log', () => {
  test('writes what happens in batches, and tells what is durable', async () => {
    const recorded: string[] = [];
    const log = createEventLog(writer, (events) => recorded.push(events.map(({ type }) => type).join()));
    log.append(started('aa-1') as RunEvent);
    log.append(complete(result) as RunEvent);
    expect(await stateOf()).toBe('waiting');
    await vi.advanceTimersByTimeAsync(100);
    expect(await stateOf()).toBe('complete');
    expect(recorded).toEqual(['started,complete']);
  });

  test('holds epochs back longer than the rest, and writes none of a run that finishes meanwhile', async () => {
    const recorded: string[] = [];
    const log = createEventLog(writer, (events) => recorded.push(events.map(({ type }) => type).join()));
    log.append(started('aa-1') as RunEvent);
    log.append(epoch(0));
    await vi.advanceTimersByTimeAsync(200);
    log.append(epoch(1));
    log.append(complete(result) as RunEvent);
    await vi.advanceTimersByTimeAsync(2000);
    expect(recorded).toEqual(['started', 'complete']);
  });

  test('writes the epochs of a long run while it trains', async () => {
    const log = createEventLog(writer);
    log.append(started('aa-1') as RunEvent);
    log.append(epoch(0));
    await vi.advanceTimersByTimeAsync(1100);
    expect(await epochsSoFar()).toBe(1);
    log.append(epoch(1));
    await vi.advanceTimersByTimeAsync(1100);
    expect(await epochsSoFar()).toBe(2);
  });

  test('writes the epochs of a run that ends without a result before its end', async () => {
    const log = createEventLog(writer);
    for (const event of [started('aa-1'), epoch(0), epoch(1), interrupted('aa-1')])
      log.append(event as RunEvent);
    await log.flush();
    expect(await epochsSoFar()).toBe(2);
    expect(await stateOf()).toBe('interrupted');
  });

  test('keeps what the store refuses, says so, and writes it with the next flush', async () => {
    const log = createEventLog(writer);
    const guest = await openStore(`memory:event-log-${stores}`).writer();
    await guest.join('sample');
    const [claim] = await guest.claim({ sweep: 'sample', runs: ['aa-1'], most: 1, leaseMs: 60_000 });
    log.append(started('aa-1') as RunEvent);
    const failure = expect(log.failure).rejects.toThrow(/was claimed by another process/);
    await vi.advanceTimersByTimeAsync(100);
    await failure;
    await expect(log.flush()).rejects.toThrow(/was claimed/);
    await guest.record([{ ...(interrupted('aa-1') as RunEvent), claim: claim?.token }]);
    await log.flush();
    expect(await stateOf()).toBe('running');
  });
});
