import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What tells the processes of a run from others. */
export interface ProcessMarks {
  /** The process group, which has the number of its first process. */
  readonly group: number;
  /** `NAME=value` in the environment. */
  readonly variable: string;
  /** `performance.now()` at its start. */
  readonly startedAt: number;
}

/** A process that lives. */
export interface FoundProcess {
  readonly pid: number;
  readonly name: string;
  /** Whether it is still in the group of the run. */
  readonly inGroup: boolean;
}

/** Within it, no machine starts so many processes that their numbers begin anew and pass the same number again. */
const NUMBERS_LAST_MS = 1000;

/** Whether processes can be found that have left their group: Linux shows the environment of each. */
export const seesAllProcesses: boolean = existsSync('/proc/self/environ') && existsSync('/proc/loadavg');

/** The living processes of a run; its first process must have ended, or it is among them. */
export function findProcesses(marks: ProcessMarks): FoundProcess[] {
  const groupIsThere = hasGroup(marks.group);
  if (!seesAllProcesses) return groupIsThere ? listedProcesses(marks.group) : [];
  return processNumbers(marks).flatMap((pid) => {
    const isMarked = hasVariable(pid, marks.variable);
    const process = isMarked || groupIsThere ? stateOf(pid) : undefined;
    if (process === undefined || /[ZX]/.test(process.state)) return [];
    const inGroup = process.group === marks.group;
    return isMarked || inGroup ? [{ pid, name: process.name, inGroup }] : [];
  });
}

/** Whether the group has members; those that have ended and that nobody has asked about count. */
function hasGroup(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Of the processes that may be younger than the run; to look into each of a busy machine takes longer than a short run. */
function processNumbers({ group, startedAt }: ProcessMarks): number[] {
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const beganAnew = performance.now() - startedAt > NUMBERS_LAST_MS || newestNumber() < group;
  return beganAnew ? all : all.filter((pid) => pid >= group);
}

function newestNumber(): number {
  return Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1));
}

interface ProcessState {
  readonly name: string;
  /** A letter; Z and X have ended. */
  readonly state: string;
  readonly group: number;
}

/** From `pid (name) state parent group …`; undefined for a process that is gone. */
function stateOf(pid: number): ProcessState | undefined {
  const stat = contentOf(`/proc/${pid}/stat`);
  const end = stat.lastIndexOf(')');
  if (end < 0) return undefined;
  const [state = '', , group] = stat.slice(end + 2).split(' ');
  return { name: stat.slice(stat.indexOf('(') + 1, end), state, group: Number(group) };
}

function hasVariable(pid: number, variable: string): boolean {
  return `\0${contentOf(`/proc/${pid}/environ`)}`.includes(`\0${variable}\0`);
}

/** '' for processes that are gone or another user's. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The living processes of a group, where there is no /proc. */
function listedProcesses(group: number): FoundProcess[] {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat=,comm='], { encoding: 'utf8' });
  return list.split('\n').flatMap((line) => {
    const [pid, pgid, stat = 'Z', ...name] = line.trim().split(/\s+/);
    if (Number(pgid) !== group || stat.startsWith('Z')) return [];
    return [{ pid: Number(pid), name: name.join(' ').split('/').at(-1) ?? '', inGroup: true }];
  });
}
