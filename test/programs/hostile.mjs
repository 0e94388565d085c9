// A program of every behaviour that a run must survive; `healthy` ones answer as they should.
//   node hostile.mjs <behaviour>
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const [behaviour] = process.argv.slice(2);
const { FOCALSWEEP_RUN: runFile, FOCALSWEEP_REPORT: reportFile } = process.env;
const { data } = JSON.parse(readFileSync(runFile, 'utf8'));
const labels = positions(data.labels);
const truth = (split) => Array.from(positions(data[split]), (row) => labels[row]);
const result = { validation: { predictions: truth('validation') }, test: { predictions: truth('test') } };
const tell = (line) => appendFileSync(reportFile, `${JSON.stringify(line)}\n`);
const sleeper = 'setInterval(() => {}, 1000)';

writeSync(1, `${behaviour} begins\n`);
tell({ epoch: 1, train_loss: 0.5, macro_f1: 0.5 });
const behave = {
  healthy: () => tell(result),
  'healthy-again': () => tell(result),
  'healthy-too': () => tell(result),
  'never-ends': wait,
  'ignores-sigterm': () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
    wait();
  },
  flood: () => {
    const block = Buffer.alloc(2 ** 20, 'flood of output\n');
    for (let megabyte = 0; megabyte < 1024; megabyte++) writeAll(block);
    tell(result);
  },
  'report-flood': () => {
    const block = `${'{"epoch": 1}'.padEnd(2 ** 20)}`;
    for (let megabyte = 0; megabyte < 300; megabyte++) appendFileSync(reportFile, block);
  },
  'half-line': () => appendFileSync(reportFile, JSON.stringify(result).slice(0, 60)),
  nan: () => {
    const rows = result.validation.predictions.map(() => [0.5, 0.5]);
    const text = JSON.stringify({ ...result, validation: { probabilities: rows } });
    appendFileSync(reportFile, `${text.replace('0.5,0.5', 'NaN,0.5')}\n`);
  },
  'wrong-rows': () => tell({ ...result, test: { predictions: result.test.predictions.slice(1) } }),
  'unknown-class': () =>
    tell({ ...result, test: { predictions: result.test.predictions.map(() => 'goood') } }),
  'unknown-index': () => tell({ ...result, test: { predictions: result.test.predictions.map(() => 2) } }),
  'writes-after-end': () => {
    tell(result);
    tell({ epoch: 2, macro_f1: 0.6 });
  },
  'two-results': () => {
    tell(result);
    tell(result);
  },
  rubbish: () => appendFileSync(reportFile, 'Epoch 1: loss 0.5\n'),
  'no-result': () => {},
  'deletes-folder': () => {
    rmSync(dirname(runFile), { recursive: true });
  },
  'empties-report': () => {
    setTimeout(() => writeFileSync(reportFile, ''), 400);
    setTimeout(() => tell(result), 800);
  },
  'forks-daemon': () => {
    tell(result);
    // A session of its own, as daemons have.
    spawn(process.execPath, ['-e', sleeper], { detached: true, stdio: 'ignore' }).unref();
    process.exit(0);
  },
  'daemon-and-waits': () => {
    process.on('SIGTERM', () => {});
    spawn(process.execPath, ['-e', sleeper], { detached: true, stdio: 'ignore' }).unref();
    wait();
  },
  'forks-many': () => {
    tell(result);
    const script = `for (let n = 0; n < 3; n++) require('child_process').spawn(process.execPath, ['-e', '${sleeper}'], { stdio: 'inherit' }); ${sleeper}`;
    spawn(process.execPath, ['-e', script], { stdio: 'inherit' }).unref();
    setTimeout(() => process.exit(0), 500);
  },
  'exits-7': () => {
    console.error('Traceback: no GPU today');
    process.exit(7);
  },
  'exits-7-after-result': () => {
    tell(result);
    process.exit(7);
  },
  segfault: () => process.kill(process.pid, 'SIGSEGV'),
  'says-error': () => tell({ error: 'training diverged in epoch 1' }),
  'says-final-error': () => tell({ error: 'the learning rate is too high', final: true }),
  'prints-escapes': () => {
    process.stdout.write('\u001b[2J\u001b[31mred\u001b[0m\u0007\nsecond line\n');
    process.exit(3);
  },
}[behaviour];
behave();

function wait() {
  setInterval(() => {}, 1000);
}

function writeAll(block) {
  for (let at = 0; at < block.length; ) at += writeSync(1, block.subarray(at));
}

/** Whole numbers of a `.npy` file. */
function positions(file) {
  const bytes = readFileSync(file);
  const start = 10 + bytes.readUInt16LE(8);
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
}
