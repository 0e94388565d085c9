// Tables for the benchmark of trees, in raw float32 and int32 files that our program and LightGBM's read.
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { randomStream } from '../dist/random.js';

const BLOCK_ROWS = 4096;

/**
 * Writes rows × features and labels of rare and frequent classes. A third of the features are normal and depend on the class, a third
 * are noise, a third are counts that are mostly 0. Returns the names of the files.
 */
export function writeTable(folder, { name, rows, features, classes }) {
  const stream = randomStream(7, 'synthetic');
  const centres = Float32Array.from({ length: classes * features }, () => stream.normal() * 0.6);
  const shares = Array.from({ length: classes }, (_, cls) => 1 / (cls + 1));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const classOf = (at) => {
    let rest = at * total;
    for (let cls = 0; cls < classes - 1; cls++) {
      rest -= shares[cls];
      if (rest < 0) return cls;
    }
    return classes - 1;
  };
  const [x, y] = ['x', 'y'].map((end) => join(folder, `${name}.${end}`));
  const [xFile, yFile] = [openSync(x, 'w'), openSync(y, 'w')];
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - first);
    const values = new Float32Array(count * features);
    const labels = new Int32Array(count);
    for (let row = 0; row < count; row++) {
      const cls = classOf(stream.uniform());
      labels[row] = cls;
      for (let feature = 0; feature < features; feature++) {
        const centre = centres[cls * features + feature];
        const at = row * features + feature;
        if (feature % 3 === 0) values[at] = centre + stream.normal();
        else if (feature % 3 === 1) values[at] = stream.uniform();
        else values[at] = stream.uniform() < 0.2 + centre * 0.1 ? Math.floor(stream.uniform() * 20) + 1 : 0;
      }
    }
    writeSync(xFile, new Uint8Array(values.buffer));
    writeSync(yFile, new Uint8Array(labels.buffer));
  }
  for (const file of [xFile, yFile]) closeSync(file);
  return { x, y, rows, features, classes };
}
