// A program with its own data, of several kinds. It appends what it did to `log.txt` in the working folder.
//   node told.mjs <kind>
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [kind] = process.argv.slice(2);
const { run, data, checkpoints } = JSON.parse(readFileSync(process.env.FOCALSWEEP_RUN, 'utf8'));
const log = (text) => appendFileSync('log.txt', `${run.id} ${kind} ${text}\n`);
const tell = (line) => appendFileSync(process.env.FOCALSWEEP_REPORT, `${JSON.stringify(line)}\n`);
const saved = join(checkpoints, 'saved');
log(`begins${existsSync(saved) ? ' again' : ''}${data === null ? '' : ' with data'}`);

const labels = Array.from({ length: 40 }, (_, row) => (row % 4 === 0 ? 'bad' : 'ok'));
const answer = (own) => ({
  labels: own,
  predictions: own.map((label, row) => (row % 9 === 0 ? 'ok' : label)),
});
const both = (split) => tell({ validation: split, test: split });
const behave = {
  labels: () => both(answer(labels)),
  'labels-too': () => both(answer(labels)),
  other: () => both(answer(labels.map((label, row) => (row === 6 ? 'bad' : label)))),
  more: () => both(answer([...labels, 'ok'])),
  'new-class': () => both(answer(labels.map((label, row) => (row === 6 ? 'worse' : label)))),
  metrics: () => both({ macro_f1: 0.5, rare_recall: 0.25 }),
  'other-metrics': () => both({ macro_f1: 0.75, rare_recall: 0.5 }),
  fails: () => {
    console.log('no such file: data.parquet');
    process.exit(1);
  },
  // Saves and ends when asked to; goes on at once afterwards.
  slow: () => {
    if (existsSync(saved)) return both(answer(labels));
    process.on('SIGTERM', () => {
      writeFileSync(saved, '');
      log('saved');
      process.exit(0);
    });
    tell({ epoch: 1 });
    log('waits');
    setInterval(() => {}, 1000);
  },
}[kind];
behave();
