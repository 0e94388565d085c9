// The lines of a table's files.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The rows of all files of a table, and the header where `names` does not stand for it. */
export function linesOf({ source, names, split }) {
  const files = [source, split.validation, split.test].filter((file) => typeof file === 'string');
  const read = files.map((file) => {
    const bytes = readFileSync(file);
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
    if (text.includes('"')) throw new Error(`${file} has quotes`);
    return text.trimEnd().split(/\r?\n/);
  });
  const [head] = names === undefined ? read.map((lines) => lines.shift()) : [];
  return { head, lines: read.flat() };
}
