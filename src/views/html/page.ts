import { createHash } from 'node:crypto';
import { embeddedJson } from './embedded-json.js';
import { html, Markup } from './markup.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

/** A part of a page with its own heading and entry in the table of contents. */
export interface PageSection {
  /** The anchor of links to it. */
  readonly id: string;
  readonly heading: string;
  /** The text of its entry in the table of contents. */
  readonly short: string;
  readonly body: Markup;
}

export interface Page {
  readonly eyebrow: string;
  readonly title: string;
  readonly intro: Markup;
  readonly sections: readonly PageSection[];
  /** For programs: the output of `--format json`. */
  readonly data: unknown;
}

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is loaded, and only the page's own script runs. */
const POLICY = [
  "default-src 'none'",
  `style-src ${hash(STYLE)}`,
  `script-src ${hash(SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** One self-contained HTML file. */
export function renderPage({ eyebrow, title, intro, sections, data }: Page): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title} · focalsweep</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<p class="eyebrow">${eyebrow}</p>
<h1><bdi>${title}</bdi></h1>
${intro}
</header>
<nav aria-label="Sections"><ul tabindex="0">${sections.map(({ id, short }) => html`<li><a href="#${id}">${short}</a></li>`)}</ul></nav>
<main>
${sections.map(
  ({ id, heading, body }) => html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${body}
</section>
`,
)}</main>
<footer>Written by focalsweep from its result database; the same results give the same file. Intervals are 95 %.</footer>
${embeddedJson('data-json', data)}
<script>${new Markup(SCRIPT)}</script>
</body>
</html>`;
  return page.text;
}
