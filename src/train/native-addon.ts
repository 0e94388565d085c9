import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { PACKAGE_ROOT } from '../package-root.js';

/** Built on this machine, or included in the package. */
const ADDON_PATHS = ['build/focalsweep', `prebuilds/${process.platform}-${process.arch}`].map((name) =>
  fileURLToPath(new URL(`native/${name}.node`, PACKAGE_ROOT)),
);

/** What the addon exports: the functions of networks and of trees, by instruction set, the fastest first. Throws if it is not built. */
export function loadAddon(): Readonly<Record<string, unknown>> {
  const path = ADDON_PATHS.find(existsSync);
  if (path === undefined) throw new Error('it is not built');
  return createRequire(import.meta.url)(path) as Readonly<Record<string, unknown>>;
}
