// What a run of a command costs beyond the program's own time: a program that answers at once, started by a launch and by hand.
import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { markdownTable } from './markdown-table.mjs';
import { machine, median, writeSection } from './results-file.mjs';

const main = fileURLToPath(new URL('../dist/bundle/main.js', import.meta.url));
const CONFIGURATIONS = 100;
const SEEDS = 10;
const RUNS = CONFIGURATIONS * SEEDS;
const ROUNDS = 3;

/** A table of two classes, and a program in sh that appends the same answer to every report. */
function writeSweep(folder) {
  const rows = Array.from(
    { length: 1000 },
    (_, row) => `${row % 7},${row % 11},${row % 4 === 0 ? 'bad' : 'ok'}`,
  );
  writeFileSync(join(folder, 'table.csv'), `a,b,label\n${rows.join('\n')}\n`);
  const predictions = Array.from({ length: 200 }, (_, row) => Number(row % 5 === 0));
  writeFileSync(
    join(folder, 'answer.json'),
    `${JSON.stringify({ validation: { predictions }, test: { predictions } })}\n`,
  );
  writeFileSync(
    join(folder, 'program.sh'),
    '#!/bin/sh\nwhile read -r line; do printf "%s\\n" "$line"; done < answer.json >> "$FOCALSWEEP_REPORT"\n',
  );
  chmodSync(join(folder, 'program.sh'), 0o755);
  const values = Array.from({ length: CONFIGURATIONS }, (_, value) => value);
  writeFileSync(
    join(folder, 'sweep.yaml'),
    `name: programs\ndata: {source: table.csv, label: label}\nseeds: ${SEEDS}\ntrain: {command: [./program.sh]}\nparameters: {x: {values: [${values.join(', ')}]}}\nbaseline: {x: 0}\n`,
  );
}

/** Milliseconds per run of a launch, start and ranking included, and from the first attempt to the end of the last. */
function launched(folder, workers) {
  const db = `${workers}-${performance.now()}.db`;
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [main, 'launch', 'sweep.yaml', '--db', db, '--workers', `${workers}`],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  const wholeMs = performance.now() - startedMs;
  if (status !== 0) throw new Error(`launch ended with ${status}: ${stderr.slice(-500)}`);
  const seconds = Number(/trained in ([\d.]+) (s|min)/.exec(stderr)?.[1]);
  return { whole: wholeMs / RUNS, training: (seconds * 1000) / RUNS };
}

/** Milliseconds per start of the same program by hand, one after the other. */
function byHand(folder) {
  const env = { ...process.env, FOCALSWEEP_REPORT: join(folder, 'by-hand.jsonl') };
  const startedMs = performance.now();
  for (let run = 0; run < RUNS; run++) {
    const { status } = spawnSync('./program.sh', [], { cwd: folder, env, stdio: 'ignore' });
    if (status !== 0) throw new Error('the program failed');
  }
  return (performance.now() - startedMs) / RUNS;
}

export function benchPrograms() {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-bench-'));
  try {
    writeSweep(folder);
    appendFileSync(join(folder, 'by-hand.jsonl'), '');
    const rounds = Array.from({ length: ROUNDS }, () => ({
      hand: byHand(folder),
      one: launched(folder, 1),
      two: launched(folder, 2),
    }));
    const of = (pick) => median(rounds.map(pick));
    const ms = (value) => `${value.toFixed(1)} ms`;
    const hand = of(({ hand }) => hand);
    const row = (name, pick) => [
      name,
      ms(of((round) => pick(round).training)),
      ms(of((round) => pick(round).whole)),
      ms(of((round) => pick(round).training) - hand),
    ];
    const table = markdownTable(
      ['', 'training, per run', 'whole launch, per run', 'training beyond the program'],
      [
        ['the program by hand', ms(hand), '', ''],
        row('launch, 1 worker', ({ one }) => one),
        row('launch, 2 workers', ({ two }) => two),
      ],
    );
    console.log(table);
    writeSection(
      'programs',
      `## Programs of one’s own\n\n${machine()} ${RUNS} runs of a program in sh that answers at once; medians of ${ROUNDS} rounds, taken in turn.\n\n${table}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
