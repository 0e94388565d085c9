import { createRequire } from 'node:module';
import type * as Tensorflow from '@tensorflow/tfjs-core';
import { EXIT, UserError } from '../../../errors.js';

const require = createRequire(import.meta.url);
const VERSION = '4.22.0';

/** The command that installs packages of TensorFlow.js in the version that the engine supports. */
export function installCommand(...packages: readonly string[]): string {
  return `npm install ${packages.map((name) => `@tensorflow/${name}@${VERSION}`).join(' ')}`;
}

/** TensorFlow.js, an optional package, loaded on first use. Throws UserError (exit 3) if it is missing. */
export function tensorflow(): typeof Tensorflow {
  try {
    return require('@tensorflow/tfjs-core') as typeof Tensorflow;
  } catch (cause) {
    throw new UserError('TensorFlow.js is not installed', {
      where: '@tensorflow/tfjs-core',
      fix: `Run \`${installCommand('tfjs-core', 'tfjs-backend-wasm')}\`.`,
      exitCode: EXIT.backendMissing,
      cause,
    });
  }
}
