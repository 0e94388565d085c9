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
