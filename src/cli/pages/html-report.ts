import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../errors.js';
import { note } from '../terminal/print.js';
import { writeReportFile } from './report-file.js';

/** `--format html` writes a file: which one, and whether the browser opens it. */
export interface HtmlTarget {
  /** What the default file is named after. */
  readonly name: string;
  readonly out: string | undefined;
  readonly open: boolean;
}

const LONGEST_NAME = 100;

/** A page goes to a file, under `results/` by default, and with `--open` to the browser. */
export async function writeHtmlReport(page: string, { name, out, open }: HtmlTarget): Promise<void> {
  const file = out ?? join('results', `${fileName(name)}.html`);
  writeReportFile(file, page);
  if (open) await openInBrowser(file);
}

/** A name as a file name that stays in its folder, whatever characters it has. */
export function fileName(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N} ._+-]/gu, '_').replace(/^[. ]+/, '_');
  return safe.slice(0, LONGEST_NAME).trim() || 'report';
}

/** Refuses an option that only HTML pages have. */
export function requireHtml(format: string, option: string): void {
  if (format === 'html') return;
  throw new UserError(`${option} is for HTML pages`, {
    where: `--format ${format}`,
    fix: 'Add --format html.',
  });
}

const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

const LONGEST_START_MS = 1_500;

/** Opens the page with the system's own program, and says so if that fails. */
async function openInBrowser(file: string): Promise<void> {
  const self = `open ${file} yourself`;
  if (!process.stdout.isTTY) {
    note(`Not opened, because this is not a terminal: ${self}.`);
    return;
  }
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const opener = spawn(program, [...args, pathToFileURL(file).href], { detached: true, stdio: 'ignore' });
  opener.unref();
  const failed = await new Promise<boolean>((resolve) => {
    // Some openers stay as long as the page is shown.
    const timer = setTimeout(() => resolve(false), LONGEST_START_MS);
    const ended = (isFailure: boolean): void => {
      clearTimeout(timer);
      resolve(isFailure);
    };
    opener.on('error', () => ended(true)).on('exit', (code) => ended(code !== 0));
  });
  if (failed) note(`No browser could be started with ${program}: ${self}.`);
}
