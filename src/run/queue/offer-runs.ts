import { setTimeout as delay } from 'node:timers/promises';
import type { OffersLeft, SweepWriter } from '../../store/store.js';
import { type Run, SETTLED } from '../../sweep.js';
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
  const areOver = async (): Promise<boolean> => {
    for (let told = ''; !isEnding(); ) {
      const left = await writer.offersLeft(sweep);
      if (told !== JSON.stringify(left)) onLeft(left);
      told = JSON.stringify(left);
      if (left.waiting + left.claimed === 0) return true;
      await delay(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => {});
    }
    return false;
  };
  /** Those of some offered runs that are neither over nor where they pause: an offer that is gone is not yet a run that is done. */
  const unfinished = async (runs: readonly string[], pauseAfter = Infinity): Promise<readonly string[]> => {
    const states = await writer.states(runs);
    open.settle(states);
    const epochs = pauseAfter === Infinity ? new Map<string, never>() : await writer.epochs(runs);
    return runs.filter(
      (runId) =>
        !SETTLED.includes(states.get(runId) ?? 'waiting') && (epochs.get(runId)?.length ?? 0) < pauseAfter,
    );
  };
  return async (runs: readonly Run[], pauseAfter?: number): Promise<boolean> => {
    let waiting: readonly string[] = open.among(runs).map(({ run }) => run.runId);
    while (waiting.length > 0 && !isEnding()) {
      await writer.offer(
        sweep,
        waiting.map((runId) => ({ runId, pauseAfter })),
      );
      if (!(await areOver())) {
        await writer.offer(sweep, []);
        // Workers look for a request to stop as often as this process does; it ends with its holder.
        await delay(2 * LOOK_EVERY_MS);
      }
      waiting = await unfinished(waiting, pauseAfter);
    }
    return waiting.length === 0 && !stop.aborted;
  };
}
