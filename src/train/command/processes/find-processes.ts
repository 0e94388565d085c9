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

const KERNEL = 2;

/** Whether processes can be found that have left their group: Linux shows the environment of each. */
export const seesAllProcesses: boolean = existsSync('/proc/self/environ') && existsSync('/proc/loadavg');

/** A process may hand over to a new one while the others are looked at; on a busy machine there are always new ones. */
const MOST_LOOKS = 5;

/** Who lives. */
export interface Finding {
  readonly found: readonly FoundProcess[];
  /** Whether these are all; a process that just begins another program cannot be told from others for a moment. */
  readonly isSure: boolean;
}

/** The living processes of a run, the first one too. */
export function findProcesses(marks: ProcessMarks): Finding {
  if (!seesAllProcesses) {
    return { found: hasGroup(marks.group) ? listedProcesses(marks.group) : [], isSure: true };
  }
  let newest = newestNumber();
  for (let look = 1; ; look++) {
    const finding = lookThrough(marks, newest);
    const now = newestNumber();
    if (finding.found.length > 0 || now === newest || look === MOST_LOOKS) return finding;
    newest = now;
  }
}

function lookThrough(marks: ProcessMarks, newest: number): Finding {
  const groupIsThere = hasGroup(marks.group);
  const found: FoundProcess[] = [];
  let isSure = true;
  for (const pid of processNumbers(marks, newest)) {
    const environment = contentOf(`/proc/${pid}/environ`);
    const isMarked = `\0${environment}`.includes(`\0${marks.variable}\0`);
    const process = isMarked || groupIsThere || environment === '' ? stateOf(pid) : undefined;
    if (process === undefined || hasEnded(process)) continue;
    const inGroup = process.group === marks.group;
    if (isMarked || inGroup) found.push({ pid, name: process.name, inGroup });
    else if (environment === '' && !isOfKernel(pid, process)) isSure = false;
  }
  return { found, isSure };
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
function processNumbers({ group, startedAt }: ProcessMarks, newest: number): number[] {
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const beganAnew = performance.now() - startedAt > NUMBERS_LAST_MS || newest < group;
  return beganAnew ? all : all.filter((pid) => pid >= group);
}

function newestNumber(): number {
  return Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1));
}

interface ProcessState {
  readonly name: string;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
}

/** From `pid (name) state parent group …`; undefined for a process that is gone. */
function stateOf(pid: number): ProcessState | undefined {
  const stat = contentOf(`/proc/${pid}/stat`);
  const end = stat.lastIndexOf(')');
  if (end < 0) return undefined;
  const [state = '', parent, group] = stat.slice(end + 2).split(' ');
  return {
    name: stat.slice(stat.indexOf('(') + 1, end),
    state,
    parent: Number(parent),
    group: Number(group),
  };
}

/** Its parent has not asked about it yet. */
function hasEnded({ state }: ProcessState): boolean {
  return state === 'Z' || state === 'X';
}

/** Threads of Linux itself, which have no environment. */
function isOfKernel(pid: number, { parent }: ProcessState): boolean {
  return pid === KERNEL || parent === KERNEL;
}

/** '' for what is gone or another user's. */
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
