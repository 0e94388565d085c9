// Reads and writes the replay tables: what every run of a grid reached after every epoch, recorded by focalsweep itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';

/** Values lie in [0, 1], and are kept to 1 / 65,535. */
const SCALE = 65_535;
const METRICS = ['macro_f1', 'rare_recall'];

export const TABLES = ['malware21', 'netml2020', 'page-blocks', 'letterlt', 'wine-trees'];

const fileOf = (name) => new URL(`tables/${name}.gz`, import.meta.url);

/**
 * A table: `{name, metric, maxEpochs, seeds, trials}`, a trial `{trialId, point, isBaseline, runs}` with a run for each seed, a run
 * `{seed, epochs, validation, test}` with macro_f1 and rare_recall of each epoch, of the score on validation rows and of the test.
 */
export function readTable(name) {
  const bytes = gunzipSync(readFileSync(fileOf(name)));
  const headBytes = bytes.readUInt32LE(0);
  const { trials, ...head } = JSON.parse(bytes.subarray(4, 4 + headBytes).toString());
  const words = new Uint16Array(bytes.buffer.slice(bytes.byteOffset + 4 + headBytes));
  let at = 0;
  const values = () => Object.fromEntries(METRICS.map((metric) => [metric, words[at++] / SCALE]));
  const run = (seed) => {
    const epochs = Array.from({ length: words[at++] }, values);
    return { seed, epochs, validation: values(), test: values() };
  };
  return { ...head, trials: trials.map((trial) => ({ ...trial, runs: head.seeds.map(run) })) };
}

/** Writes a table in the form that readTable reads. */
export function writeTable({ trials, ...head }) {
  const words = trials.flatMap(({ runs }) =>
    runs.flatMap(({ epochs, validation, test }) => [
      epochs.length,
      ...[...epochs, validation, test].flatMap((values) =>
        METRICS.map((metric) => Math.round(SCALE * values[metric])),
      ),
    ]),
  );
  const text = JSON.stringify({ ...head, trials: trials.map(({ runs: _runs, ...trial }) => trial) });
  // An even number of bytes, so that the words are aligned.
  const headBytes = Buffer.from(text + ' '.repeat(Buffer.byteLength(text) % 2));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(headBytes.length);
  const data = Buffer.concat([length, headBytes, Buffer.from(Uint16Array.from(words).buffer)]);
  writeFileSync(fileOf(head.name), gzipSync(data, { level: 9 }));
}
