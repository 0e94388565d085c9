// Short modes of what test/endurance does at length; they need compiled code.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { NO_SERVER } from '../store/postgres-server.js';

function bench(name: string, ...args: string[]): { readonly status: number | null; readonly output: string } {
  const script = fileURLToPath(new URL(`../endurance/${name}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

const onLinux = process.platform === 'linux';

it.skipIf(!onLinux)(
  '12 kills at random moments leave the results of an undisturbed sweep (Linux only)',
  () => {
    const { status, output } = bench('kill.mjs', '12', 'native/wasm', '7');
    expect(output).toMatch(/12 kills .* byte-identical/);
    expect(status).toBe(0);
  },
);

it.skipIf(!onLinux)(
  'and 4 kills those of a sweep of a command, and none of its processes (Linux only)',
  () => {
    const { status, output } = bench('kill.mjs', '4', 'command', '5');
    expect(output).toMatch(/command: 4 kills .* byte-identical/);
    expect(status).toBe(0);
  },
);

it.skipIf(!onLinux || NO_SERVER !== undefined)(
  `and 4 kills those of a sweep on a PostgreSQL server (Linux only${NO_SERVER === undefined ? '' : `; ${NO_SERVER}`})`,
  () => {
    const { status, output } = bench('kill.mjs', '4', 'native/wasm', '9', 'grid', 'server');
    expect(output).toMatch(/on a server: 4 kills .* byte-identical/);
    expect(status).toBe(0);
  },
);

it.skipIf(!onLinux)('and 4 kills those of a sweep of networks and trees (Linux only)', () => {
  const { status, output } = bench('kill.mjs', '4', 'native/wasm', '3', 'spaces');
  expect(output).toMatch(/and trees: 4 kills .* byte-identical/);
  expect(status).toBe(0);
});

it.skipIf(!onLinux).each([
  ['native/wasm', 'halving_then_racing+costs', '7'],
  ['trees', 'successive_halving', '4'],
])(
  'and 4 kills those of a sweep of %s that drops configurations by %s (Linux only)',
  (engine, stop, seed) => {
    const { status, output } = bench('kill.mjs', '4', engine, seed, stop);
    expect(output).toMatch(new RegExp(`${stop.replace('+', ' and ')}: 4 kills .* byte-identical`));
    expect(status).toBe(0);
  },
);

it('a random sweep that is changed between launches ends as in an empty database', () => {
  const { status, output } = bench('histories.mjs', '1', '3');
  expect(output).toMatch(/^1 sweeps compared after 4 launches, 0 problems$/m);
  expect(status).toBe(0);
});

it('a random sweep goes through every command', () => {
  const { status, output } = bench('specs.mjs', '1', '201');
  expect(output).toMatch(/^1 sweeps trained, 0 refused, \d+ commands, 0 problems$/m);
  expect(status).toBe(0);
});
