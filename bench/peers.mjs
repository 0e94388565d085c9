// Runs the programs of bench/peers, in a Python with the packages of bench/peers/requirements.txt: $PEERS_PYTHON, or
// python3. A peer that is not installed is reported, and is not a failure.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const python = process.env.PEERS_PYTHON ?? 'python3';
const folder = fileURLToPath(new URL('./peers/', import.meta.url));
const haveTaskset = spawnSync('taskset', ['-V']).status === 0;

/** A command kept on one core, where the system can do that. */
export function onOneCore(command) {
  return haveTaskset ? ['taskset', '-c', '0', ...command] : command;
}

/**
 * Runs a peer on a request. Returns its answer and the seconds that the whole process took, or in `missing` why there is no
 * answer. Libraries' own threads are turned off: the comparison is of `cores` cores.
 */
export function runPeer(script, request, { cores = 1, timeoutS = 900 } = {}) {
  const command = [python, `${folder}${script}`];
  const [program, ...args] = cores === 1 ? onOneCore(command) : command;
  const startedMs = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    input: JSON.stringify(request),
    encoding: 'utf8',
    timeout: timeoutS * 1000,
    maxBuffer: 2 ** 28,
    env: {
      ...process.env,
      OMP_NUM_THREADS: '1',
      OPENBLAS_NUM_THREADS: '1',
      MKL_NUM_THREADS: '1',
      PYTHONWARNINGS: 'ignore',
    },
  });
  const seconds = (performance.now() - startedMs) / 1000;
  const last = stdout?.trim().split('\n').pop();
  if (status === 0 && last) return { ...JSON.parse(last), seconds };
  const reason = error?.message ?? stderr?.trim().split('\n').pop() ?? `exit ${status}`;
  return { missing: reason.slice(0, 120) };
}
