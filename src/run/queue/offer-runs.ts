import { setTimeout as delay } from 'node:timers/promises';
import type { OffersLeft, SweepWriter } from '../../store/store.js';
import type { Run } from '../../sweep.js';
import type { OpenRuns } from '../groups/open-runs.js';

/** How often the holder of a sweep looks what workers have done. */
const LOOK_EVERY_MS = 250;

/** What offering needs: the writer holds the sweep. */
interface Offering {
  readonly writer: SweepWriter;
  readonly sweep: string;
  readonly open: OpenRuns;
  readonly stop: AbortSignal;
  readonly isTimeUp: () => boolean;
  /** Receives what is left, whenever that changes. */
  readonly onLeft: (left: OffersLeft) => void;
}

/**
 * Returns a function that has workers train runs: offers them, and waits until each has ended or pauses. False if that was stopped
 * before; then nothing is offered any more.
 */
export function createOffering({ writer, sweep, open, stop, isTimeUp, onLeft }: Offering) {
  const isEnding = (): boolean => stop.aborted || isTimeUp();
  return async (runs: readonly Run[], pauseAfter?: number): Promise<boolean> => {
    const waiting = open.among(runs).map(({ run: { runId } }) => runId);
    if (waiting.length === 0) return !stop.aborted;
    if (!isEnding())
      await writer.offer(
        sweep,
        waiting.map((runId) => ({ runId, pauseAfter })),
      );
    let told = '';
    let isDone = false;
    while (!isDone && !isEnding()) {
      const left = await writer.offersLeft(sweep);
      if (told !== JSON.stringify(left)) onLeft(left);
      told = JSON.stringify(left);
      isDone = left.waiting + left.claimed === 0;
      if (!isDone) await delay(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => {});
    }
    if (!isDone) {
      await writer.offer(sweep, []);
      // Workers look for a request to stop as often as this process does; it ends with its holder.
      await delay(2 * LOOK_EVERY_MS);
    }
    open.settle(await writer.states(waiting));
    return isDone;
  };
}
