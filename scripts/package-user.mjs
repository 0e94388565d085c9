// A user who installs focalsweep: a Node, an empty folder, and a PATH.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const npmFolder = dirname(realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim()));

/** A Node by its major version, from the registry; without a version, this one. */
export function nodeBinary(major, work) {
  if (major === undefined) return process.execPath;
  const ask = ['exec', '--yes', `--package=node@${major}`, '--', 'node', '-p', 'process.execPath'];
  return execFileSync('npm', ask, { cwd: work, encoding: 'utf8' }).trim();
}

/** A user: an empty folder, a Node, and a PATH that has a compiler or, as on many machines, has none. */
export function userOf(node, { compiler, folder }) {
  const bin = `${folder}-bin`;
  mkdirSync(folder);
  mkdirSync(bin);
  writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}\n');
  symlinkSync(node, join(bin, 'node'));
  for (const program of ['sh', 'env']) symlinkSync(join('/bin', program), join(bin, program));
  const path = compiler ? `${bin}${delimiter}${process.env.PATH}` : bin;
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !key.startsWith('npm_')),
  );
  const run = (program, args) =>
    spawnSync(program, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...environment, PATH: path, NO_COLOR: '1' },
    });
  return {
    folder,
    node: (...args) => run(node, args),
    npm: (...args) => run(node, [join(npmFolder, 'npm-cli.js'), ...args]),
    focalsweep: (...args) => run(node, [join(npmFolder, 'npx-cli.js'), '--no', '--', 'focalsweep', ...args]),
  };
}
