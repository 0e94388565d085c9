// Runs before `npm pack` and `npm publish`: builds everything, and the native addon for the systems that this one can build for.
// Users then need not compile anything; where no addon fits, WebAssembly is used.
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compileAddon, findCompiler } from './build-native.mjs';
import { root } from './prepare.mjs';

/** Debian's names of its compilers, cross-compilers included. */
const LINUX_COMPILERS = { x64: 'x86_64-linux-gnu-g++', arm64: 'aarch64-linux-gnu-g++' };

const prebuilds = join(root, 'native', 'prebuilds');
rmSync(prebuilds, { recursive: true, force: true });

const own = join(root, 'native', 'build', 'focalsweep.node');
const ownPrebuild = join(prebuilds, `${process.platform}-${process.arch}.node`);
if (existsSync(own)) cpSync(own, ownPrebuild);
for (const [arch, name] of Object.entries(LINUX_COMPILERS)) {
  const file = join(prebuilds, `linux-${arch}.node`);
  if (file === ownPrebuild) continue;
  const compiler = findCompiler([name]);
  if (compiler === undefined)
    process.stderr.write(`no ${name}: the package has no addon for Linux on ${arch}\n`);
  else compileAddon({ command: compiler.command, arch, file });
}
