import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Claim, Store, StoreEvent, SweepWriter } from '../../src/store/store.js';
import { failed, finished, interrupted, pruned, retry, sampleSweep, started } from './sample-sweep.js';

/** What every store must do for a sweep that others train, wherever its bytes are. */
export function describeOfferContract(name: string, create: () => Store & { dispose(): void }): void {
  describe(name, () => {
    const leaseMs = 60_000;
    let store: ReturnType<typeof create>;
    let holder: SweepWriter;
    let guest: SweepWriter;

    beforeEach(async () => {
      store = create();
      holder = await store.writer();
      await holder.open(sampleSweep());
      guest = await store.writer();
      await guest.join('sample');
    });
    afterEach(async () => {
      await guest.close();
      await holder.close();
      store.dispose();
    });

    const offered = async (request: { readonly sweep?: string; readonly most?: number } = {}) =>
      (await guest.offers({ most: 9, ...request })).map(({ runId }) => runId);
    const claim = async (by: SweepWriter, runId: string, sweep = 'sample'): Promise<Claim> => {
      const [granted] = await by.claim({ sweep, runs: [runId], most: 1, leaseMs });
      if (granted === undefined) throw new Error(`${runId} is not free`);
      return granted;
    };
    const under = (events: readonly StoreEvent[], { token }: Claim): StoreEvent[] =>
      events.map((event) => ({ ...event, claim: token }) as StoreEvent);

    test('offers nothing by itself', async () => {
      expect(await guest.offers({ most: 9 })).toEqual([]);
      expect(await holder.offersLeft('sample')).toEqual({ waiting: 0, claimed: 0 });
    });

    test('offers runs in the order of its holder, with the epoch at which they pause', async () => {
      await holder.offer('sample', [{ runId: 'bb-2', pauseAfter: 3 }, { runId: 'aa-1' }, { runId: 'cc-1' }]);
      expect(await guest.offers({ sweep: 'sample', most: 2 })).toEqual([
        { sweep: 'sample', runId: 'bb-2', pauseAfter: 3 },
        { sweep: 'sample', runId: 'aa-1' },
      ]);
      expect(await holder.offersLeft('sample')).toEqual({ waiting: 3, claimed: 0 });
    });

    test('offers in place of what it offered before', async () => {
      await holder.offer('sample', [{ runId: 'aa-1' }, { runId: 'aa-2' }]);
      await holder.offer('sample', [{ runId: 'bb-1' }]);
      expect(await offered()).toEqual(['bb-1']);
      await holder.offer('sample', []);
      expect(await offered()).toEqual([]);
    });

    test('has what is claimed no longer for others, until the claim is given back', async () => {
      await holder.offer('sample', [{ runId: 'aa-1' }, { runId: 'aa-2' }]);
      const own = await claim(guest, 'aa-1');
      expect(await offered()).toEqual(['aa-2']);
      expect(await holder.offersLeft('sample')).toEqual({ waiting: 1, claimed: 1 });
      await guest.record(under([started('aa-1'), retry('aa-1')], own));
      expect(await offered()).toEqual(['aa-2']);
      await guest.record(under([started('aa-1'), interrupted('aa-1')], own));
      expect(await offered()).toEqual(['aa-1', 'aa-2']);
      await claim(guest, 'aa-2');
      await guest.close();
      guest = await store.writer();
      expect(await offered()).toEqual(['aa-1', 'aa-2']);
    });

    test('is claimed from the first on, whatever others were faster with', async () => {
      await holder.offer('sample', [
        { runId: 'bb-2', pauseAfter: 3 },
        { runId: 'aa-1' },
        { runId: 'cc-1', pauseAfter: 6 },
        { runId: 'aa-2' },
      ]);
      await claim(holder, 'aa-1');
      const granted = await guest.claimOffered({ sweep: 'sample', most: 2, leaseMs });
      expect(granted).toMatchObject([
        { sweep: 'sample', runId: 'bb-2', pauseAfter: 3 },
        { sweep: 'sample', runId: 'cc-1', pauseAfter: 6 },
      ]);
      expect(await offered()).toEqual(['aa-2']);
      for (const own of granted) await guest.record(under([started(own.runId)], own));
      expect(await guest.claimOffered({ sweep: 'sample', most: 2, leaseMs })).toMatchObject([
        { runId: 'aa-2' },
      ]);
      expect(await guest.claimOffered({ sweep: 'sample', most: 2, leaseMs })).toEqual([]);
      const stranger = await store.writer();
      await expect(stranger.claimOffered({ sweep: 'sample', most: 1, leaseMs })).rejects.toThrow(
        /holds or joined/,
      );
      await stranger.close();
    });

    test('is done with what is complete, given up or paused', async () => {
      await holder.offer('sample', [
        { runId: 'aa-1' },
        { runId: 'aa-2' },
        { runId: 'bb-1', pauseAfter: 3 },
        { runId: 'bb-2' },
      ]);
      const claims = await guest.claim({
        sweep: 'sample',
        runs: ['aa-1', 'aa-2', 'bb-1'],
        most: 9,
        leaseMs,
      });
      const [complete, lost, paused] = claims as readonly [Claim, Claim, Claim];
      await guest.record([
        ...under(finished({ 'aa-1': 0.5 }), complete),
        ...under([started('aa-2'), failed('aa-2', 'no memory')], lost),
        ...under([started('bb-1'), pruned('bb-1')], paused),
      ]);
      expect(await holder.offersLeft('sample')).toEqual({ waiting: 1, claimed: 0 });
      expect(await offered()).toEqual(['bb-2']);
    });

    test('offers nothing that has ended, if its holder has not heard of it', async () => {
      const [own] = await guest.claim({ sweep: 'sample', runs: ['aa-1'], most: 1, leaseMs });
      await guest.record(under(finished({ 'aa-1': 0.5 }), own as Claim));
      await holder.offer('sample', [{ runId: 'aa-1' }, { runId: 'aa-2' }]);
      expect(await holder.offersLeft('sample')).toEqual({ waiting: 1, claimed: 0 });
      expect(await offered()).toEqual(['aa-2']);
    });

    test('of two sweeps with a run: what one finishes is done for both, what pauses is not', async () => {
      await guest.open(sampleSweep({ name: 'other' }));
      await holder.offer('sample', [{ runId: 'aa-1' }, { runId: 'bb-1', pauseAfter: 3 }]);
      await guest.offer('other', [{ runId: 'aa-1' }, { runId: 'bb-1', pauseAfter: 6 }]);
      expect(await guest.offers({ most: 9 })).toEqual([
        { sweep: 'other', runId: 'aa-1' },
        { sweep: 'other', runId: 'bb-1', pauseAfter: 6 },
        { sweep: 'sample', runId: 'aa-1' },
        { sweep: 'sample', runId: 'bb-1', pauseAfter: 3 },
      ]);
      const paused = await claim(guest, 'bb-1');
      expect(await offered({ sweep: 'other' })).toEqual(['aa-1']);
      await guest.record(under([started('bb-1'), pruned('bb-1')], paused));
      expect(await offered({ sweep: 'other' })).toEqual(['aa-1', 'bb-1']);
      expect(await offered({ sweep: 'sample' })).toEqual(['aa-1']);
      const complete = await claim(guest, 'aa-1', 'other');
      await guest.record(under(finished({ 'aa-1': 0.5 }), complete));
      expect(await offered()).toEqual(['bb-1']);
    });

    test('ends with the next holder of the sweep', async () => {
      await holder.offer('sample', [{ runId: 'aa-1' }]);
      await holder.close();
      expect(await offered()).toEqual(['aa-1']);
      holder = await store.writer();
      await holder.open(sampleSweep());
      expect(await offered()).toEqual([]);
    });

    test('is offered by its holder alone', async () => {
      await expect(guest.offer('sample', [{ runId: 'aa-1' }])).rejects.toThrow(/only the holder/);
      expect(await offered()).toEqual([]);
    });

    test('has the files that its holder ships, until it ships others or the sweep is deleted', async () => {
      const file = (path: string, byte: number) => ({ path, gzip: Uint8Array.of(byte, 0, 255) });
      expect(await guest.shipped('sample')).toEqual([]);
      await expect(guest.ship('sample', [file('a.csv', 1)])).rejects.toThrow(/only the holder/);
      await holder.ship('sample', [file('b/c.csv', 2), file('a.csv', 1)]);
      const bytesOf = async () =>
        (await guest.shipped('sample')).map(({ path, gzip }) => [path, ...new Uint8Array(gzip)]);
      expect(await bytesOf()).toEqual([
        ['a.csv', 1, 0, 255],
        ['b/c.csv', 2, 0, 255],
      ]);
      await holder.ship('sample', [file('a.csv', 3)]);
      expect(await bytesOf()).toEqual([['a.csv', 3, 0, 255]]);
    });

    test('keeps where a run can go on, until it has ended or the queue has', async () => {
      const at = (runId: string, epochs: number): StoreEvent => ({
        type: 'checkpoint',
        runId,
        checkpoint: { epochs, file: Uint8Array.of(epochs, 0, 255) },
      });
      const keptOf = async (runId: string) => {
        const kept = (await guest.checkpoints([runId])).get(runId);
        return kept && [kept.epochs, ...new Uint8Array(kept.file)];
      };
      const first = await claim(guest, 'aa-1');
      expect(await keptOf('aa-1')).toBeUndefined();
      await guest.record(under([started('aa-1'), at('aa-1', 3), pruned('aa-1')], first));
      expect(await keptOf('aa-1')).toEqual([3, 3, 0, 255]);
      const second = await claim(guest, 'aa-1');
      await expect(guest.record(under([at('aa-1', 4)], first))).rejects.toThrow(/claimed by another/);
      await guest.record(under([started('aa-1'), at('aa-1', 6)], second));
      expect(await keptOf('aa-1')).toEqual([6, 6, 0, 255]);
      await guest.record(under(finished({ 'aa-1': 0.5 }), second));
      expect(await keptOf('aa-1')).toBeUndefined();
      const other = await claim(guest, 'bb-1');
      await guest.record(under([started('bb-1'), at('bb-1', 3), pruned('bb-1')], other));
      await expect(guest.endQueue('sample')).rejects.toThrow(/only the holder/);
      await holder.offer('sample', [{ runId: 'bb-1' }]);
      await holder.endQueue('sample');
      expect([await keptOf('bb-1'), await offered()]).toEqual([undefined, []]);
    });

    test('goes with its sweep', async () => {
      await holder.offer('sample', [{ runId: 'aa-1' }]);
      await holder.close();
      holder = await store.writer();
      const keeper = await store.keeper();
      await keeper.renameSweep({ sweep: 'sample', to: 'renamed' });
      expect(await guest.offers({ most: 9 })).toEqual([{ sweep: 'renamed', runId: 'aa-1' }]);
      await keeper.deleteSweep('renamed');
      expect(await guest.offers({ most: 9 })).toEqual([]);
      await keeper.close();
    });
  });
}
