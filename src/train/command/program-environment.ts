import type { CommandProgram } from '../../program.js';
import type { RunFolder } from './run-folder.js';

/** They belong to the process that trains. */
const NOT_INHERITED = ['FOCALSWEEP_SUPERVISOR'];

const THREAD_VARIABLES = [
  'OMP_NUM_THREADS',
  'MKL_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'NUMEXPR_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS',
  'RAYON_NUM_THREADS',
];

/** The environment of a run: this process's own, and what the run is to know. It is written nowhere. */
export function programEnvironment(
  { cpusPerRun, gpus }: CommandProgram,
  run: {
    readonly folder: RunFolder;
    readonly slot: number;
    /** Marks every process that this process has to answer for. */
    readonly launch: string;
  },
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { PYTHONUNBUFFERED: '1', ...process.env };
  for (const name of NOT_INHERITED) delete environment[name];
  for (const name of THREAD_VARIABLES) environment[name] = String(cpusPerRun);
  const gpu = gpus[run.slot % gpus.length];
  if (gpu !== undefined) environment.CUDA_VISIBLE_DEVICES = gpu;
  environment.FOCALSWEEP_RUN = run.folder.runFile;
  environment.FOCALSWEEP_REPORT = run.folder.reportFile;
  environment.FOCALSWEEP_LAUNCH = run.launch;
  return environment;
}
