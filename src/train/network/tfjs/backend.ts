import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import util from 'node:util';
import { EXIT, UserError } from '../../../errors.js';
import type { Availability } from '../../trainer.js';
import { installCommand, tensorflow } from './tensorflow.js';

/** TensorFlow.js backends, fastest first. */
export const BACKEND_NAMES = ['node-gpu', 'node', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

/** The current backend of TensorFlow.js. */
export interface Backend {
  readonly name: BackendName;
  /**
   * Lanes share tensors [lanes, …] instead of having tensors of their own: fewer and larger operations suit libtensorflow,
   * but wasm multiplies batches of matrices ten times slower than single ones.
   */
  readonly lanesTogether: boolean;
}

const require = createRequire(import.meta.url);

/** The packages of each backend. */
const PACKAGES: { readonly [name in BackendName]: readonly string[] } = {
  'node-gpu': ['tfjs-node-gpu'],
  node: ['tfjs-node'],
  wasm: ['tfjs-core', 'tfjs-backend-wasm'],
  cpu: ['tfjs-core', 'tfjs-backend-cpu'],
};

const ACTIVATE: { readonly [name in BackendName]: () => Promise<void> } = {
  'node-gpu': async () => {
    await importLibtensorflow('@tensorflow/tfjs-node-gpu');
    const backend: unknown = tensorflow().findBackend('tensorflow');
    if (!(backend as { readonly isUsingGpuDevice?: boolean } | null)?.isUsingGpuDevice) {
      throw new Error('libtensorflow found no usable GPU');
    }
    await use('tensorflow');
  },
  node: async () => {
    await importLibtensorflow('@tensorflow/tfjs-node');
    await use('tensorflow');
  },
  wasm: async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
    // The pool already has a thread per core; SIMD stays on.
    tensorflow().env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    await use('wasm');
  },
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await use('cpu');
  },
};

/** Makes TensorFlow.js use the named backend, or the fastest available. Throws UserError (exit 3) if it is missing. */
export async function loadBackend(name?: BackendName): Promise<Backend> {
  const missing: string[] = [];
  for (const candidate of name === undefined ? BACKEND_NAMES : [name]) {
    const reason = await activate(candidate);
    if (reason === '') return { name: candidate, lanesTogether: candidate.startsWith('node') };
    missing.push(`${candidate}: ${reason}`);
  }
  throw new UserError(`no TensorFlow.js backend: ${missing.join('; ')}`, {
    fix: `Use \`engine: auto\`, or run \`${installCommand(...PACKAGES[name ?? 'wasm'])}\`.`,
    exitCode: EXIT.backendMissing,
  });
}

/** Tries every backend; afterwards TensorFlow.js uses the last one that works. */
export async function probeBackends(): Promise<readonly Availability[]> {
  const found: Availability[] = [];
  for (const name of BACKEND_NAMES) {
    const reason = await activate(name);
    const advice = reason === NOT_INSTALLED ? `: ${installCommand(...PACKAGES[name])}` : '';
    found.push({ name, available: reason === '', reason: reason + advice });
  }
  return found;
}

const NOT_INSTALLED = 'not installed';

/** Why the backend cannot be used, or '' if it is now in use. */
async function activate(name: BackendName): Promise<string> {
  try {
    // Otherwise `cpu` prints an advertisement for tfjs-node.
    tensorflow().enableProdMode();
    await ACTIVATE[name]();
    return '';
  } catch (error) {
    if (error instanceof UserError) return NOT_INSTALLED;
    const message = error instanceof Error ? error.message : String(error);
    if (/Cannot find (package|module) '@tensorflow\/[^']*'/.test(message)) return NOT_INSTALLED;
    return message.split('\n', 1)[0] ?? message;
  }
}

async function importLibtensorflow(packageName: string): Promise<void> {
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // Without oneDNN, which libtensorflow turns off on older processors, a lane's products depend on the number of lanes.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  // tfjs-node 4.22 calls it; Node 23 removed it.
  const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  await import(packageName);
}

async function use(registered: string): Promise<void> {
  if (!(await tensorflow().setBackend(registered)))
    throw new Error(`TensorFlow.js cannot start its backend "${registered}"`);
}
