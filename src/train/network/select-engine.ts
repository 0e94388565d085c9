import { EXIT, UserError } from '../../errors.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import type { Availability } from '../trainer.js';
import type { Engine } from './engine.js';
import type { NativeBuild } from './native/native-engine.js';
import type { BackendName } from './tfjs/backend.js';

type Load = () => Promise<Engine>;

const native = (build: NativeBuild): Load => {
  return async () => (await import('./native/native-engine.js')).loadNativeEngine(build);
};
const tfjs = (name?: BackendName): Load => {
  return async () => {
    // Importing the engine fails if TensorFlow.js is not installed; this reports it.
    const backend = await (await import('./tfjs/backend.js')).loadBackend(name);
    return (await import('./tfjs/tfjs-engine.js')).tfjsEngine(backend);
  };
};
/** The first engine that is not missing. */
const firstOf = (...loads: readonly Load[]): Load => {
  return async () => {
    let missing: unknown;
    for (const load of loads) {
      try {
        return await load();
      } catch (error) {
        if (!(error instanceof UserError) || error.exitCode !== EXIT.backendMissing) throw error;
        missing = error;
      }
    }
    throw missing;
  };
};

/** The loader of each engine of a spec's `engine:`; its code is imported only when it is used. */
const LOADERS: ReadonlyMap<string, Load> = new Map([
  ['auto', firstOf(native('addon'), native('wasm'), tfjs())],
  ['native', firstOf(native('addon'), native('wasm'))],
  ['native/addon', native('addon')],
  ['native/wasm', native('wasm')],
  ['tfjs', tfjs()],
  ['tfjs/node-gpu', tfjs('node-gpu')],
  ['tfjs/node', tfjs('node')],
  ['tfjs/wasm', tfjs('wasm')],
  ['tfjs/cpu', tfjs('cpu')],
]);

/** Loads the engine of that name. Throws UserError for an unknown one, and (exit 3) for one that cannot run here. */
export async function loadEngine(name: string): Promise<Engine> {
  const load = LOADERS.get(name);
  if (load === undefined) {
    throw new UserError(`there is no engine "${name}".${didYouMean(name, [...LOADERS.keys()])}`, {
      where: 'engine',
      fix: `The engines are ${[...LOADERS.keys()].join(', ')}.`,
    });
  }
  return load();
}

/** Every engine, whether it can run here, and the reason or details. */
export async function probeEngines(): Promise<readonly Availability[]> {
  const [{ probeNative }, { probeBackends }] = await Promise.all([
    import('./native/native-engine.js'),
    import('./tfjs/backend.js'),
  ]);
  const backends = (await probeBackends()).map((backend) => ({ ...backend, name: `tfjs/${backend.name}` }));
  return [...(await probeNative()), ...backends];
}
