// Charts as files of their own.
import { STYLE } from '../dist/views/html/style.js';

/** The report's colours, light and dark. */
const COLOURS = STYLE.match(/^(?::root|@media screen).*$/gm).join('');

/** A chart of src/views/charts as SVG that needs no page around it. */
export function standalone({ svg }) {
  const style = `<style>${COLOURS}svg{background:var(--paper);color:var(--ink);font:11px system-ui,sans-serif}text{white-space:pre}</style>`;
  const whole = svg
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace('>', `>${style}<rect width="100%" height="100%" fill="var(--paper)"/>`);
  return `${whole}\n`;
}
