import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, told apart from a later one that got the same id. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Clock ticks from boot to its start where the system tells (Linux), else ''. */
  readonly processStart: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, processStart: processStart(process.pid) };
}

/** Whether a process of this machine is known to be gone; of other machines nothing is known. */
export function isGone({ host, pid, processStart: start }: ProcessIdentity): boolean {
  if (host !== hostname()) return false;
  if (start !== '') return processStart(pid) !== start;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat; the name in field 2 may hold anything, so fields are counted behind its last bracket. */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? 'ended' : (rest[18] ?? '');
  } catch {
    return '';
  }
}
