// SIGSTOP a process that holds a sweep and cannot be seen, as in another container; let a second launch watch it and take over;
// SIGCONT: its late writes are refused. One that can be seen is never taken over, stopped or not.
//   node test/endurance/takeover.mjs
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { STALE_AFTER_MS } from '../../dist/store/sql/hold/holders.js';
import { Database } from '../../dist/store/sqlite/file/driver.js';
import {
  fingerprint,
  focalsweep,
  inspect,
  must,
  startFocalsweep,
  workFolder,
  writeSpec,
} from './sweep-under-test.mjs';

const folder = workFolder();
const spec = writeSpec(folder, 'undisturbed', { engine: 'native', epochs: 1500 });
const reference = join(folder, 'reference.db');
must(focalsweep(['launch', spec, '--db', reference]).status === 0, 'the undisturbed sweep ends');

const db = join(folder, 'taken.db');
const first = startFocalsweep(['launch', spec, '--db', db, '--workers', '1']);
while (!/^\[2\//m.test(first.stderr())) await delay(20);

const early = focalsweep(['launch', spec, '--db', db]);
must(
  early.status === 4 && /is being trained by process \d+ on /.test(early.stderr),
  'a second launch is refused',
);
process.stdout.write(
  `while it runs: exit ${early.status}, ${early.stderr.split('\n').find((line) => /error/.test(line))}\n`,
);

process.kill(-first.child.pid, 'SIGSTOP');
const soon = focalsweep(['launch', spec, '--db', db]);
must(soon.status === 4, 'a holder that is there and stopped is not taken over');

const raw = new Database(db);
raw.exec("UPDATE holders SET host = 'elsewhere', process_start = ''");
raw.close();
const startedAt = performance.now();
const second = startFocalsweep(['launch', spec, '--db', db, '--workers', '1']);
while (!/^\[1\//m.test(second.stderr())) await delay(20);
const watchedMs = performance.now() - startedAt;
must(watchedMs > STALE_AFTER_MS, 'a holder that cannot be seen is watched first');
process.stdout.write(
  `a holder that cannot be seen: taken over after ${(watchedMs / 1000).toFixed(1)} s without a sign\n`,
);
process.kill(-first.child.pid, 'SIGCONT');

const late = await first.ended;
must(
  late.status === 4 && /was taken over by process/.test(late.stderr),
  `the first ends with exit 4, not ${late.status}\n${late.stderr}`,
);
process.stdout.write(
  `after SIGCONT: exit ${late.status}, ${late.stderr.split('\n').find((line) => /error/.test(line))}\n`,
);
const end = await second.ended;
must(end.status === 0, `the second ends with exit 0, not ${end.status}\n${end.stderr}`);
const { integrity, results, runs } = inspect(db);
must(integrity === 'ok' && results === runs, 'every run has its result');
must(fingerprint(db) === fingerprint(reference), 'the results are those of the undisturbed sweep');
process.stdout.write(
  `the second ended with exit 0; ${results} results, byte-identical to the undisturbed ones\n`,
);
