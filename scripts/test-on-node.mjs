// `node scripts/test-on-node.mjs 24 test/store test/cli`: runs tests on another Node, which is taken from the registry. It works
// in a copy of the project, because better-sqlite3 is another one there; what is built and installed is copied too.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeBinary } from './package-user.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const BUILT = ['dist', join('native', 'build'), 'node_modules'];

function copyProject(folder) {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0');
  for (const name of [...files, ...BUILT]) {
    if (name === '' || !existsSync(join(root, name))) continue;
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
    });
  }
}

const [major, ...tests] = process.argv.slice(2);
if (major === undefined)
  throw new Error('Say which Node, for example: node scripts/test-on-node.mjs 24 test/store');
const work = mkdtempSync(join(tmpdir(), 'focalsweep-node-'));
try {
  const node = nodeBinary(major, work);
  const bin = join(work, 'bin');
  mkdirSync(bin);
  symlinkSync(node, join(bin, 'node'));
  const project = join(work, 'focalsweep');
  copyProject(project);
  const { status } = spawnSync(node, [join('scripts', 'test.mjs'), ...tests], {
    cwd: project,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
