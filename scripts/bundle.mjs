// Bundles the command line and the library with the packages that they use, so that those need not be installed: Node 20 takes
// 0.2 s to load 900 modules, and a few hundredths of a second to load the bundle. The library's type declarations lie beside it.
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const build = join(root, 'dist');
const bundle = join(build, 'bundle');

/** What programs import, each with its declarations. */
const LIBRARY = ['index', 'loss', 'tfjs', 'testing'];
/** The entry points of programs; code that only some commands need lies in files of its own, loaded on demand. */
const PROGRAMS = {
  ...Object.fromEntries(LIBRARY.map((name) => [name, join(build, `${name}.js`)])),
  main: join(build, 'cli/main.js'),
};
/** Processes and threads that users wait for: each has its code in one file, except what it seldom needs. */
const PROCESSES = {
  train: join(build, 'cli/train.js'),
  worker: join(build, 'run/threads/worker.js'),
  'server-thread': join(build, 'store/postgres/server/server-thread.js'),
  'sql-process': join(build, 'store/sqlite/statement/sql-process.js'),
};
/** Our own code that a launch needs late or seldom. The rest it needs before it trains, with the packages that this imports. */
const LATER =
  /^.(views.|store.(postgres|memory).|train.(module|trees|command).|analysis.(?!point-label)|cli.supervision.(print-ranking|train-one|train-all-rows|train-runs-again|record-choices|serve-queue)|cli.terminal.print-view|cli.train\.js|cli.compile-cache)|metrics.(noise|estimates|decisions)|tfjs|parquet|print-plan/;
const isNeeded = (id) => id.startsWith(build) && !LATER.test(id.slice(build.length));
const core = { name: 'core', test: isNeeded };
/** Packages that have native code, threads or files of their own. */
const LEFT_OUT = [/^@tensorflow\//, 'better-sqlite3', 'piscina', 'pg-native'];

/** Whether nothing was compiled or installed since the last bundle. */
function isCurrent() {
  const [main, lock] = [join(bundle, 'main.js'), join(root, 'package-lock.json')];
  if (!existsSync(main)) return false;
  const files = readdirSync(build, { recursive: true }).map((name) => join(build, name));
  const inputs = files.filter((name) => /\.c?js$/.test(name) && !name.startsWith(bundle));
  const changedMs = (name) => statSync(name).mtimeMs;
  return [lock, fileURLToPath(import.meta.url), ...inputs].every(
    (name) => changedMs(name) <= changedMs(main),
  );
}

/** The licences of the packages whose code is in the bundle; they must be shipped with it. */
function licences(modules) {
  const folders = new Set(modules.map((id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0]));
  return [...folders]
    .filter((folder) => folder !== undefined)
    .sort()
    .map((folder) => {
      const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
      const text =
        file === undefined ? 'See its package.json.' : readFileSync(join(folder, file), 'utf8').trim();
      return `${relative(join(root, 'node_modules'), folder)}\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** The declaration files that a file reaches; they name no package but, in examples, this one, so a program needs only these types and Node's. */
function declarations(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, name] of readFileSync(join(build, file), 'utf8').matchAll(/(?:from |import\()'([^']+)'/g)) {
    if (name.startsWith('.')) declarations(join(dirname(file), name.replace(/\.js$/, '.d.ts')), found);
    else if (!name.startsWith('node:') && name !== 'focalsweep')
      throw new Error(`${file} has types of ${name}, which is not installed with focalsweep`);
  }
  return found;
}

async function write(input, options) {
  // Entries that import at once what others import on demand are meant to.
  const onLog = (level, log, handler) => {
    if (log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') handler(level, log);
  };
  const bundler = await rolldown({ input, platform: 'node', external: LEFT_OUT, onLog });
  return bundler.write({ dir: bundle, format: 'esm', ...options });
}

if (!isCurrent()) {
  rmSync(bundle, { recursive: true, force: true });
  const reached = LIBRARY.flatMap((name) => [...declarations(`${name}.d.ts`)]);
  for (const file of reached) cpSync(join(build, file), join(bundle, 'types', file));
  const outputs = [
    await write(PROGRAMS, { chunkFileNames: '[name].js' }),
    ...(await Promise.all(
      Object.entries(PROCESSES).map(([name, file]) =>
        write({ [name]: file }, { chunkFileNames: `${name}-[name].js`, codeSplitting: { groups: [core] } }),
      ),
    )),
  ];
  cpSync(join(build, 'run/threads/worker-entry.cjs'), join(bundle, 'worker-entry.cjs'));
  const modules = outputs.flatMap(({ output }) => output.flatMap(({ moduleIds }) => moduleIds ?? []));
  writeFileSync(join(bundle, 'LICENSES.txt'), licences(modules));
  chmodSync(join(bundle, 'main.js'), 0o755);
}
