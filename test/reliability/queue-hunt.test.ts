// A short form of test/endurance/queue.mjs.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { reasonWithoutMachines } from '../endurance/machines.mjs';
import { NO_SERVER } from '../store/postgres-server.js';

const HUNT = fileURLToPath(new URL('../endurance/queue.mjs', import.meta.url));

test('a race by a queue is that of one process, whatever happens to workers, planner, network and server', () => {
  const place = placeOfHunt();
  const { status, stdout, stderr } = spawnSync(process.execPath, [HUNT, '13', '3', place, 'racing'], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(
    /\n13 faults with 3 workers on (a server|a file|machines): all equal to one process; /,
  );
}, 310_000);

/** The place with the most kinds of faults that there is here. */
function placeOfHunt(): string {
  if (NO_SERVER !== undefined) return 'file';
  return reasonWithoutMachines() === undefined ? 'machines' : 'server';
}
