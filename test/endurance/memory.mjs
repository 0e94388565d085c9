// A sweep of 2,000 runs: the memory of the process that records stays flat, and no file handle grows. Linux.
//   node test/endurance/memory.mjs [runs, 2000]
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, startFocalsweep, workFolder, writeSpec } from './sweep-under-test.mjs';

const runs = Number(process.argv[2] ?? 2000);
const folder = workFolder();
// 4 configurations of the grid.
const spec = writeSpec(folder, 'undisturbed', {
  engine: 'native',
  epochs: 2,
  gammas: [0, 2],
  rows: 600,
  seeds: runs / 4,
});
const launch = startFocalsweep(['launch', spec, '--db', join(folder, 'many.db'), '--workers', '2']);
const samples = [];
const timer = setInterval(() => {
  const done = Number([...launch.stderr().matchAll(/^\[(\d+)\//gm)].at(-1)?.[1] ?? 0);
  try {
    const { pid } = launch.child;
    const trainer = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${trainer}/status`, 'utf8'))?.[1]) / 1024;
    if (done > 0) samples.push({ done, rss, handles: readdirSync(`/proc/${trainer}/fd`).length });
  } catch {
    // between two processes
  }
}, 200);
const { status, stderr } = await launch.ended;
clearInterval(timer);
must(status === 0, `the sweep ends with exit 0, not ${status}\n${stderr.slice(-500)}`);
const settled = samples.find(({ done }) => done >= runs / 10);
const training = samples.filter(({ done }) => done >= runs / 10 && done < runs);
const peak = Math.max(...training.map(({ rss }) => rss));
const handles = Math.max(...training.map((sample) => sample.handles));
process.stdout.write(
  `${runs} runs: ${settled.rss.toFixed(0)} MB after ${settled.done} runs, at most ${peak.toFixed(0)} MB after that (${(peak - settled.rss).toFixed(0)} MB more); ` +
    `file handles ${settled.handles}, at most ${handles}\n`,
);
must(peak - settled.rss < 50, 'memory grows by less than 50 MB');
must(handles <= settled.handles + 2, 'no file handle grows');
