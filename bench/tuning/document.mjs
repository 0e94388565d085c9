// docs/tuning-focal-loss.md and its pictures: generated parts stand between markers, the words around them are people's.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { STYLE } from '../../dist/report/html/style.js';

const docs = new URL('../../docs/', import.meta.url);
const file = fileURLToPath(new URL('tuning-focal-loss.md', docs));
/** The report's colours, light and dark. */
const COLOURS = STYLE.match(/^(?::root|@media screen).*$/gm).join('');

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

/** Writes a chart as a file that needs no page around it; gives the Markdown that shows it. */
export function writePicture(name, { title, caption, svg }) {
  const style = `<style>${COLOURS}svg{background:var(--paper);color:var(--ink);font:11px system-ui,sans-serif}text{white-space:pre}</style>`;
  const standalone = svg
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace('>', `>${style}<rect width="100%" height="100%" fill="var(--paper)"/>`);
  writeFileSync(new URL(`images/tuning-${name}.svg`, docs), `${standalone}\n`);
  return `![${title}](images/tuning-${name}.svg)\n\n*${caption}*`;
}
