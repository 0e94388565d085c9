// A well-behaved program. For every epoch it sleeps, tells the epoch and saves a checkpoint; after SIGTERM, and where it should pause, it ends. What it
// predicts depends on its parameters and seed alone. In the working folder it appends what it did to `log.txt`, and a letter for every
// epoch that it trained to `epochs.txt`.
//   node answers.mjs [epochs] [milliseconds per epoch]
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [epochs = 3, sleepMs = 0] = process.argv.slice(2).map(Number);
const { config, seed, run, data, checkpoints, pause } = JSON.parse(
  readFileSync(process.env.FOCALSWEEP_RUN, 'utf8'),
);
const log = (text) => appendFileSync('log.txt', `${run.id} ${text}\n`);
const tell = (line) => appendFileSync(process.env.FOCALSWEEP_REPORT, `${JSON.stringify(line)}\n`);
let isStopped = false;
process.on('SIGTERM', () => {
  isStopped = true;
});

const file = join(checkpoints, 'state.json');
let state = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { epoch: 0, sum: 0 };
log(`begins after epoch ${state.epoch}`);
for (let epoch = 1; epoch <= state.epoch; epoch++) tell(told(epoch));
while (state.epoch < epochs) {
  if (pause !== null && state.epoch >= pause.after) {
    log(`pauses after epoch ${state.epoch}`);
    process.exit(0);
  }
  await new Promise((resolve) => setTimeout(resolve, sleepMs));
  const epoch = state.epoch + 1;
  state = { epoch, sum: (state.sum * 31 + epoch + seed + JSON.stringify(config).length) % 97 };
  appendFileSync('epochs.txt', '.');
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
  tell(told(epoch));
  if (isStopped) {
    log(`stopped after epoch ${state.epoch}`);
    process.exit(0);
  }
}
const labels = positions(data.labels);
/** Wrong in every row whose number fits the state. */
const predictions = (split) =>
  Array.from(positions(data[split]), (row) =>
    row % 97 === state.sum ? (labels[row] + 1) % data.classes.length : labels[row],
  );
tell({ validation: { predictions: predictions('validation') }, test: { predictions: predictions('test') } });
log('ends');

function told(epoch) {
  return {
    epoch,
    train_loss: 1 / (epoch + seed),
    macro_f1: (1 - 1 / (epoch + 1)) * (1 - (config.gamma ?? 0) / 20),
  };
}

/** Whole numbers of a `.npy` file. */
function positions(path) {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
}
