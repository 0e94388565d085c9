import { pathToFileURL } from 'node:url';
import { UserError } from '../../errors.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import type { ModuleTrain } from './define-trainer.js';

/** The function `train` that a module exports; CommonJS may have it in `module.exports`. Rejects with UserError if there is none. */
export async function loadModule(file: string): Promise<ModuleTrain> {
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const train = module.train ?? (module.default as Record<string, unknown> | null | undefined)?.train;
  if (typeof train === 'function') return train as ModuleTrain;
  const names = Object.keys(module);
  const what = train === undefined ? 'exports no function `train`' : 'exports `train`, which is no function';
  const meant = train === undefined ? names.map((name) => didYouMean(name, ['train'])).join('') : '';
  throw new UserError(`${file} ${what}${meant === '' ? '' : `.${meant}`}`, {
    fix: 'Export it: `export const train = defineTrainer(async ({ config, data }) => …)`.',
  });
}
