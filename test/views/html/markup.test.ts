import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { fileName } from '../../../src/cli/pages/html-report.js';
import { html } from '../../../src/views/html/markup.js';

/** Characters that steer a terminal or the writing direction are shown as a replacement, deliberately. */
const STEERING = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}\ufeff]/gu;

describe('html', () => {
  it('keeps any text a text, in an element and in an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { text: markup } = html`<p title="${text}">${text}</p>`;
        const { document } = parseHTML(`<html><body>${markup}</body></html>`);
        const [paragraph] = document.body.children;
        expect(document.body.children.length).toBe(1);
        expect(paragraph?.children.length).toBe(0);
        expect(paragraph?.textContent).toBe(text.replace(STEERING, '\ufffd'));
        expect(paragraph?.getAttribute('title')).toBe(text.replace(STEERING, '\ufffd'));
      }),
    );
  });

  it('takes markup, lists and what is absent as they are', () => {
    expect(html`<ul>${['<', html`<li>`, null, false, 2]}</ul>`.text).toBe('<ul>&lt;<li>2</ul>');
  });
});

describe('fileName', () => {
  it('never leaves its folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (name) => {
        expect(fileName(name)).toMatch(/^[^/\\:.\0][^/\\:\0]*$/);
      }),
    );
    expect(fileName('../../etc/passwd')).toBe('__.._etc_passwd');
    expect(fileName('netml 2020.v1')).toBe('netml 2020.v1');
  });
});
