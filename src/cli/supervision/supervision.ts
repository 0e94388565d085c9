import { EXIT } from '../../errors.js';
import type { Crash } from '../../run/run-sweep.js';

/** What ends training before it is done: a person, a system that shuts down, or one whose time is nearly up. */
export type StopCause = 'SIGINT' | 'SIGTERM' | 'SIGUSR1' | 'deadline';
export const STOP_EXIT = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGUSR1: EXIT.launchAgain,
  deadline: EXIT.launchAgain,
} as const satisfies { readonly [cause in StopCause]: number };

/** Slurm and others send it some time before they end a job. Node would start its debugger; Windows has no such signal. */
export const SOON: readonly 'SIGUSR1'[] = process.platform === 'win32' ? [] : ['SIGUSR1'];

/** What the process that trains tells the one that watches it. */
export type ToSupervisor =
  | { readonly type: 'ready' }
  | { readonly type: 'training'; readonly change: 'begin' | 'end'; readonly runIds: readonly string[] }
  /** It is to be asked to stop then; in ms since 1970. */
  | { readonly type: 'deadline'; readonly atMs: number }
  /** It has heard that it is to stop. */
  | { readonly type: 'stopping' }
  /** Nothing is left to train, so that no deadline matters any more. */
  | { readonly type: 'trained' }
  /** It ends itself by force now, because a thread does not end. */
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'restart' };

/** What the watching process tells the one that trains. */
export type ToTrainingProcess =
  | { readonly type: 'begin'; readonly crash?: Crash | undefined }
  | { readonly type: 'stop'; readonly cause: StopCause };

/** The process that trains, as it sees the one that watches. */
export interface SupervisorLink {
  /** Why the previous process died. */
  readonly crash: Crash | undefined;
  readonly stop: AbortSignal;
  /** What stopped it. */
  received(): StopCause | undefined;
  tell(message: ToSupervisor): void;
  /** Ends this process at once, whatever its threads do. */
  endByForce(last: ToSupervisor): Promise<never>;
  release(): void;
}

/** Whether this process was started by a supervisor; ends it if the supervisor is gone already. */
export function isSupervised(): boolean {
  const { FOCALSWEEP_SUPERVISOR: supervisor } = process.env;
  if (process.send === undefined || supervisor === undefined) return false;
  if (supervisor !== String(process.ppid) || !process.connected) process.exit(STOP_EXIT.SIGTERM);
  return true;
}

/** The supervisor receives signals and passes them on: those that reach both processes must not end this one. */
export function leaveSignalsToSupervisor(): void {
  const ignore = (): void => {};
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', ...SOON] as const) process.on(signal, ignore);
}

/** Connects to the supervisor and waits until it says to begin. */
export async function connectSupervisor(): Promise<SupervisorLink> {
  const controller = new AbortController();
  let received: StopCause | undefined;
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
        received = message.cause;
        tell({ type: 'stopping' });
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
