import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/**
 * $1 is what its processes have in their environment. It reads numbers of process groups with `+` and `-` until the process that
 * trains is gone, however it ended, and then kills what is left. It looks twice: a process may have been about to start. It may
 * not have read of a group that began just before the end: the first process of each group has the environment too, and its group dies with it.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
[ -e /proc/self/environ ] || exit 0
quiet=0
rounds=0
while [ $quiet -lt 2 ] && [ $rounds -lt 100 ]; do
  found=$(grep -lsF "$1" /proc/[0-9]*/environ)
  quiet=$((quiet + 1))
  rounds=$((rounds + 1))
  for file in $found; do
    quiet=0
    pid=\${file#/proc/}
    pid=\${pid%/environ}
    kill -s KILL -- "-$pid" "$pid"
  done
  sleep 0.1 || sleep 1
done
`;

/** A process that outlives this one just long enough to kill what it has left. */
interface Guard {
  /** A random value of FOCALSWEEP_LAUNCH, which every process of this thread's runs has in its environment. */
  readonly launch: string;
  add(group: number): void;
  remove(group: number): void;
}

let running: Guard | undefined;

/** The guard of this thread: if only the thread dies, its processes are to die too. */
export function threadGuard(): Guard {
  running ??= startGuard();
  return running;
}

function startGuard(): Guard {
  const launch = randomUUID();
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'focalsweep-guard', `FOCALSWEEP_LAUNCH=${launch}`], {
    // A session of its own: nothing that ends this one's is to end it.
    detached: true,
    cwd: '/',
    // The marker is in its arguments, where it does not look.
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const restart = (): void => {
    running = undefined;
  };
  shell.once('error', restart);
  shell.once('exit', restart);
  const { stdin } = unreferenced(shell);
  stdin?.on('error', restart);
  return {
    launch,
    add: (group) => stdin?.write(`+ ${group}\n`),
    remove: (group) => stdin?.write(`- ${group}\n`),
  };
}

/** So that the thread can end while it waits. */
function unreferenced(shell: ChildProcess): ChildProcess {
  shell.unref();
  (shell.stdin as { unref?: () => void } | null)?.unref?.();
  return shell;
}
