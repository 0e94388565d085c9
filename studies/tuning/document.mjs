// docs/tuning-focal-loss.md and its pictures: generated parts lie between markers, the text around them is written by hand.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { standalone } from '../../bench/picture.mjs';

const docs = new URL('../../docs/', import.meta.url);
const file = fileURLToPath(new URL('tuning-focal-loss.md', docs));

/** Puts generated texts in their places. */
export function writeParts(parts) {
  let text = readFileSync(file, 'utf8');
  for (const [name, part] of Object.entries(parts)) {
    const place = new RegExp(`(<!-- generated: ${name} -->)[^]*?(<!-- end of ${name} -->)`);
    if (!place.test(text)) throw new Error(`docs/tuning-focal-loss.md has no part "${name}"`);
    text = text.replace(place, (_whole, start, end) => `${start}\n\n${part}\n\n${end}`);
  }
  writeFileSync(file, text);
}

/** Writes a chart as a file of its own; returns the Markdown that shows it. */
export function writePicture(name, chart) {
  const { title, caption } = chart;
  writeFileSync(new URL(`images/tuning-${name}.svg`, docs), standalone(chart));
  return `![${title}](images/tuning-${name}.svg)\n\n*${caption}*`;
}
