import { existsSync } from 'node:fs';

/** The package's folder, whether this module runs from the sources, the build or its bundle. */
export const PACKAGE_ROOT: URL = folderOfPackage(new URL('.', import.meta.url));

function folderOfPackage(folder: URL): URL {
  return existsSync(new URL('package.json', folder)) ? folder : folderOfPackage(new URL('..', folder));
}
