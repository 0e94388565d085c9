// `npm start`: from a fresh clone to a ranking. Arguments go to `focalsweep launch`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const given = process.argv.slice(2);
const spec = given.some((argument) => /\.ya?ml$/.test(argument)) ? [] : ['sweeps/quickstart.yaml'];
const result = spawnSync(process.execPath, [join('dist', 'bundle', 'main.js'), 'launch', ...spec, ...given], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = result.status ?? 1;
