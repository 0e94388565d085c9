import type { Crash } from '../../run/run-sweep.js';

export type StopSignal = 'SIGINT' | 'SIGTERM';
export const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const;

/** What the process that trains tells the one that watches it. */
export type ToSupervisor =
  | { readonly type: 'ready' }
  | { readonly type: 'training'; readonly change: 'begin' | 'end'; readonly runIds: readonly string[] }
  /** It ends itself by force now, because a thread does not end. */
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'restart' };

/** What the watching process tells the one that trains. */
export type ToTrainingProcess =
  | { readonly type: 'begin'; readonly crash?: Crash | undefined }
  | { readonly type: 'stop'; readonly signal: StopSignal };

/** The process that trains, as it sees the one that watches. */
export interface SupervisorLink {
  /** Why the previous process died. */
  readonly crash: Crash | undefined;
  readonly stop: AbortSignal;
  /** The signal that stopped it. */
  received(): StopSignal | undefined;
  tell(message: ToSupervisor): void;
  /** Ends this process at once, whatever its threads do. */
  endByForce(last: ToSupervisor): Promise<never>;
  release(): void;
}

/** Whether this process was started by a supervisor; ends it if the supervisor is gone already. */
export function isSupervised(): boolean {
  const { FOCALSWEEP_SUPERVISOR: supervisor } = process.env;
  if (process.send === undefined || supervisor === undefined) return false;
  if (supervisor !== String(process.ppid) || !process.connected) process.exit(SIGNAL_EXIT.SIGTERM);
  return true;
}

/** The supervisor receives signals and passes them on: those that reach both processes must not end this one. */
export function leaveSignalsToSupervisor(): void {
  const ignore = (): void => {};
  process.on('SIGINT', ignore).on('SIGTERM', ignore).on('SIGHUP', ignore);
}

/** Connects to the supervisor and waits until it says to begin. */
export async function connectSupervisor(): Promise<SupervisorLink> {
  const controller = new AbortController();
  let received: StopSignal | undefined;
  // The supervisor is gone: unsaved work is lost, as if this process had been killed itself.
  const orphaned = (): void => {
    process.kill(process.pid, 'SIGKILL');
  };
  process.on('disconnect', orphaned);
  const tell = (message: ToSupervisor): void => {
    // Threads that end late may still send messages.
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  };
  const crash = await new Promise<Crash | undefined>((resolve) => {
    process.on('message', (message: ToTrainingProcess) => {
      if (message.type === 'begin') resolve(message.crash);
      else {
        received = message.signal;
        controller.abort();
      }
    });
    tell({ type: 'ready' });
  });
  return {
    crash,
    stop: controller.signal,
    received: () => received,
    tell,
    endByForce: (last) =>
      new Promise(() => {
        process.send?.(last, () => process.kill(process.pid, 'SIGKILL'));
      }),
    release: () => {
      process.off('disconnect', orphaned);
      process.removeAllListeners('message');
      process.disconnect?.();
    },
  };
}
