// Programs that hand over a file with their model, by the parameter `kind`; larger seeds predict worse.
import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const { config, seed, data, checkpoints, run } = JSON.parse(readFileSync(process.env.FOCALSWEEP_RUN, 'utf8'));
const { kind } = config;
appendFileSync('log.txt', `${kind} ${seed} ${run.id}\n`);

/** The whole numbers of a .npy file. */
const npy = (path) => {
  const bytes = readFileSync(path);
  return new Int32Array(Uint8Array.from(bytes.subarray(10 + bytes.readUInt16LE(8))).buffer);
};
const truth = (split) => Array.from(npy(data[split]), (row) => npy(data.labels)[row]);
const test = truth('test');
const validation = truth('validation').map((cls, row) =>
  row < Number(config.wrong ?? 0) + seed ? 1 - cls : cls,
);

/** A file that says whose it is. */
const written = (name) => {
  writeFileSync(join(checkpoints, name), `model of ${kind} with seed ${seed}\n`.repeat(1000));
  return name;
};

const models = {
  none: () => undefined,
  text: () => written('model.txt'),
  absolute: () => join(checkpoints, written('model.bin')),
  missing: () => 'nowhere.pt',
  folder: () => {
    mkdirSync(join(checkpoints, 'saved_model'), { recursive: true });
    return 'saved_model';
  },
  number: () => 7,
  large: () => {
    const file = openSync(join(checkpoints, 'large.pt'), 'w');
    ftruncateSync(file, 256 * 2 ** 20 + 1);
    closeSync(file);
    return 'large.pt';
  },
};
const answer = {
  validation: { predictions: validation },
  test: { predictions: test },
  model: models[kind](),
};
appendFileSync(process.env.FOCALSWEEP_REPORT, `${JSON.stringify(answer)}\n`);
