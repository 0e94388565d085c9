import { UserError } from '../errors.js';
import { didYouMean } from '../spec/did-you-mean.js';
import type { Engine } from './engine.js';
import type { Availability, BackendName } from './tfjs/backend.js';

type Load = () => Promise<Engine>;

const tfjs = (backend?: BackendName): Load => {
  return async () => (await import('./tfjs/tfjs-engine.js')).loadTfjsEngine(backend);
};

/** How each engine of a spec's `engine:` is loaded; their code is read only when one is asked for. */
const LOADERS: ReadonlyMap<string, Load> = new Map([
  ['auto', tfjs()],
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

/** Every engine, whether it can run here, and why not. */
export async function probeEngines(): Promise<readonly Availability[]> {
  const { probeBackends } = await import('./tfjs/backend.js');
  return (await probeBackends()).map((backend) => ({ ...backend, name: `tfjs/${backend.name}` }));
}
