// bench/RESULTS.md: every benchmark writes its own section of it and leaves the others as they are.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('./RESULTS.md', import.meta.url));
const HEAD =
  '# Measured\n\nWritten by `npm run bench`; compare figures of one section with each other, not with those of other machines.\n';

/** Puts a section in its place, or at the end. */
export function writeSection(name, markdown) {
  const [start, end] = [`<!-- section: ${name} -->`, `<!-- end of ${name} -->`];
  const text = existsSync(file) ? readFileSync(file, 'utf8') : HEAD;
  const section = `${start}\n\n${markdown.trim()}\n\n${end}`;
  const [at, until] = [text.indexOf(start), text.indexOf(end)];
  writeFileSync(
    file,
    at < 0 ? `${text}\n${section}\n` : text.slice(0, at) + section + text.slice(until + end.length),
  );
}

/** One line about the machine that a section was measured on. */
export function machine() {
  const date = new Date().toISOString().slice(0, 10);
  return `${cpus()[0].model.trim()}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, ${date}.`;
}

/** The median. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
