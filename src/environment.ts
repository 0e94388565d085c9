import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { PACKAGE_ROOT } from './package-root.js';

export function packageVersion(): string {
  const text = readFileSync(new URL('package.json', PACKAGE_ROOT), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** What runs here, on what: `Node v20.20.2 on linux x64, AMD EPYC, 2 cores`. */
export function machine(): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `Node ${process.version} on ${process.platform} ${process.arch}, ${processor}, ${availableParallelism()} cores`;
}
