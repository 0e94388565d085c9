import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** Whether pages can be opened here; .ci/run installs Debian's chromium. */
export const HAS_BROWSER = EXECUTABLE !== undefined;

/** Starts the system's Chromium, silent on the network. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Look {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
}

/** A page that stands open, and all that it did besides being shown. */
export interface OpenedPage {
  readonly page: Page;
  /** Requests, dialogs, errors and refusals of its own policy. */
  readonly events: readonly string[];
}

/** Opens a file as a reader would. */
export async function openFile(browser: Browser, file: string, look: Look): Promise<OpenedPage> {
  const { width, colorScheme, javaScriptEnabled = true } = look;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    javaScriptEnabled,
  });
  const page = await context.newPage();
  const { href } = pathToFileURL(file);
  const events: string[] = [];
  page.on('request', (request) => request.url() === href || events.push(`request ${request.url()}`));
  page.on('dialog', (dialog) => events.push(`dialog ${dialog.message()}`) && dialog.dismiss());
  page.on('pageerror', (error) => events.push(`error ${error.message}`));
  page.on('console', (message) => events.push(`console ${message.text()}`));
  await page.goto(href);
  return { page, events };
}

/** Serious and critical findings of axe-core, charts included, as readable lines. */
export async function accessibilityFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
    );
}

/** Texts of charts, folded ones included, that reach beyond their picture by more than a pixel or two, which cuts them off. */
export function cutChartTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(CUT_CHART_TEXTS) as Promise<readonly string[]>;
}

const CUT_CHART_TEXTS = `(() => {
  for (const details of document.querySelectorAll('details')) details.open = true;
  return [...document.querySelectorAll('svg.plot')].flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    const isCut = ({ left, right, top, bottom }) =>
      left < frame.left - 2 || right > frame.right + 2 || top < frame.top - 2 || bottom > frame.bottom + 2;
    return [...svg.querySelectorAll('text')]
      .filter((text) => text.getBoundingClientRect().width > 0 && isCut(text.getBoundingClientRect()))
      .map((text) => svg.getAttribute('aria-label') + ': ' + text.textContent);
  });
})()`;

/** Texts of cells, folded ones included, that lie over the cell beside theirs. */
export function overlappingCells(page: Page): Promise<readonly string[]> {
  return page.evaluate(OVERLAPPING_CELLS) as Promise<readonly string[]>;
}

const OVERLAPPING_CELLS = `(() => {
  for (const details of document.querySelectorAll('details')) details.open = true;
  const range = document.createRange();
  return [...document.querySelectorAll('td, th')].flatMap((cell) => {
    range.selectNodeContents(cell);
    const box = cell.getBoundingClientRect();
    const isOver = [...range.getClientRects()].some(
      ({ width, left, right }) => width > 0 && (left < box.left - 1 || right > box.right + 1),
    );
    return isOver && getComputedStyle(cell).overflow === 'visible' ? [cell.textContent] : [];
  });
})()`;

/** Texts of charts with a contrast under 4.5 to what is painted below them, which axe-core does not look into. */
export function faintChartTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(FAINT_CHART_TEXTS) as Promise<readonly string[]>;
}

const FAINT_CHART_TEXTS = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], below, opacity = 1) =>
    [r, g, b].map((value, at) => value * a * opacity + below[at] * (1 - a * opacity));
  const luminance = (color) => {
    const [r, g, b] = color.map((value) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const paper = (element) => {
    if (element === null) return [255, 255, 255];
    const color = parse(getComputedStyle(element).backgroundColor);
    return color[3] === 0 ? paper(element.parentElement) : color;
  };
  const painted = (style) => style.fill !== 'none';
  const holds = (box, x, y) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  const faint = [];
  for (const chart of document.querySelectorAll('svg.plot')) {
    const cells = [...chart.querySelectorAll('rect')].map((rect) => ({ rect, box: rect.getBoundingClientRect(), style: getComputedStyle(rect) }));
    for (const text of chart.querySelectorAll('text')) {
      const style = getComputedStyle(text);
      const box = text.getBoundingClientRect();
      if (text.textContent === '' || box.width === 0 || !painted(style)) continue;
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      const below = cells
        .filter((cell) => painted(cell.style) && holds(cell.box, x, y) && cell.rect.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)
        .reduce((color, cell) => over(parse(cell.style.fill), color, Number(cell.style.fillOpacity)), paper(chart).slice(0, 3));
      const ratio = contrast(over(parse(style.fill), below, Number(style.fillOpacity)), below);
      if (ratio < 4.5) faint.push(chart.getAttribute('aria-label') + ': ' + text.textContent + ' ' + ratio.toFixed(2));
    }
  }
  return faint;
})()`;
