import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, distinguished from a later one with the same id. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /**
   * On Linux: clock ticks from boot to its start, the id of that boot, and the namespace of its pid, as
   * `ticks@boot@namespace`; older versions wrote the ticks alone. Elsewhere ''.
   */
  readonly processStart: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const ticks = startTicks(process.pid);
  const { boot, namespace } = processTable();
  const processStart = ticks === '' ? '' : `${ticks}@${boot}@${namespace}`;
  return { host: hostname(), pid: process.pid, processStart };
}

/**
 * Whether a process still exists, without use of clocks. It is unseen on another machine or in another container, or if the
 * system tells only that its pid is in use.
 */
export function fateOf(
  { host, pid, processStart }: ProcessIdentity,
  machines: 'one' | 'many' = 'one',
): 'living' | 'gone' | 'unseen' {
  const [ticks = '', boot, namespace] = processStart.split('@');
  const here = processTable();
  // Machines may have the same name.
  if (machines === 'many' && (boot === undefined || boot !== here.boot)) return 'unseen';
  if (boot === undefined) {
    if (host !== hostname()) return 'unseen';
  } else if (boot !== here.boot) {
    // The same machine may have rebooted since.
    return host === hostname() ? 'gone' : 'unseen';
  } else if (namespace !== here.namespace) {
    return 'unseen';
  }
  if (ticks !== '') return startTicks(pid) === ticks ? 'living' : 'gone';
  return isInUse(pid) ? 'unseen' : 'gone';
}

function isInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The scope of the pids that can be looked up here: containers of one machine share its boot, but each has its own pids. */
function processTable(): { readonly boot: string; readonly namespace: string } {
  return {
    boot: readOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()),
    namespace: readOr('', () => readlinkSync('/proc/self/ns/pid')),
  };
}

/** Field 22 of /proc/<pid>/stat; the name in field 2 may hold anything, so fields are counted after the last bracket. */
function startTicks(pid: number): string {
  const stat = readOr('', () => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? 'ended' : (rest[18] ?? '');
}

function readOr<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
