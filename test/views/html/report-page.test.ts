import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accessibilityFindings,
  cutChartTexts,
  faintChartTexts,
  HAS_BROWSER,
  openFile,
  overlappingCells,
  startBrowser,
} from './browser.js';
import { HOSTILE_NAMES, hostileSpec, hostileTable } from './hostile-table.js';

const main = fileURLToPath(new URL('../../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-page-'));
const REAL_SPEC = `
name: real
parameters: {gamma: {values: [0, 1, 2]}, alpha: {values: [1, balanced]}, learning_rate: {values: [0.01, 0.003]}}
seeds: 3
data: {source: "builtin:malware21", rows: 1500}
model: {hidden: [16]}
train: {epochs: 5}
engine: native/wasm
`;

/** One axis, which explains all, and losses of up to 10³⁵. */
const EXTREME_SPEC = `
name: extreme
metric: {name: cohen_kappa}
parameters: {gamma: {values: [0, 2]}}
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [8]}
train: {epochs: 4, learning_rate: 3, optimizer: sgd, batch_size: 16}
engine: native/wasm
`;

function focalsweep(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stdout + stderr;
}

const pageOf = (name: string): string => join(folder, 'results', `${name}.html`);

beforeAll(() => {
  writeFileSync(join(folder, 'hostile.csv'), hostileTable());
  writeFileSync(join(folder, 'hostile.yaml'), hostileSpec());
  writeFileSync(join(folder, 'real.yaml'), REAL_SPEC);
  writeFileSync(join(folder, 'extreme.yaml'), EXTREME_SPEC);
  for (const name of ['real', 'hostile', 'extreme']) {
    focalsweep('launch', `${name}.yaml`);
    focalsweep('report', name, '--format', 'html');
  }
  const trials = focalsweep('query', 'hostile', '--columns', 'trial', '--format', 'csv').match(
    /[0-9a-f]{16,}/g,
  );
  focalsweep(
    'compare',
    ...[...new Set(trials)].slice(0, 3),
    'real',
    '--format',
    'html',
    '--out',
    pageOf('comparison'),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('names from a table', () => {
  it.each([
    ['plan', 'hostile.yaml'],
    ['data', 'hostile.yaml'],
    ['report', 'hostile'],
    ['report', 'hostile', '--format', 'md'],
    ['suggest', 'hostile'],
  ])('steer no terminal: %s %s %s %s', (...args) => {
    const said = focalsweep(...args);
    expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}]/u);
  });

  it.skipIf(spawnSync('script', ['--version']).error !== undefined)(
    'steer no terminal where they are asked for as CSV (skipped where script is missing)',
    () => {
      const query = `query --sql 'select class_name from dataset_classes' --format csv`;
      const { stdout } = spawnSync('script', ['-qec', `${process.execPath} ${main} ${query}`, '/dev/null'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(stdout).toContain('\ufffd[31mred\ufffd[0m');
      expect(stdout).not.toContain('\u001b');
    },
  );

  it('are no formula in CSV', () => {
    const sql = 'select class_name from dataset_classes';
    expect(focalsweep('query', '--sql', sql, '--format', 'csv')).toMatch(/^'=cmd\(\)\|calc$/m);
  });
});

describe('report --format html', () => {
  it('writes the same bytes from the same store', () => {
    focalsweep('report', 'hostile', '--format', 'html', '--out', join(folder, 'again.html'));
    expect(readFileSync(join(folder, 'again.html')).equals(readFileSync(pageOf('hostile')))).toBe(true);
  });

  it('writes into results/ and nowhere else', () => {
    expect(
      readdirSync(join(folder, 'results'))
        .filter((file) => file.endsWith('.html'))
        .sort(),
    ).toEqual(['comparison.html', 'extreme.html', 'hostile.html', 'real.html']);
  });

  it('refuses --open for a format that no browser shows', () => {
    const { status, stderr } = spawnSync(process.execPath, [main, 'report', 'real', '--open'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('Add --format html');
  });
});

const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
] as const;

describe.skipIf(!HAS_BROWSER)('a page in Chromium (skipped where /usr/bin/chromium is missing)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  describe.each(['real', 'hostile', 'extreme', 'comparison'])('%s', (name) => {
    it.each(LOOKS)(
      'asks for nothing, runs nothing foreign, overflows nowhere at $width px, $colorScheme',
      async (look) => {
        const { page, events } = await openFile(browser, pageOf(name), look);
        expect(await page.evaluate('window.hit')).toBeUndefined();
        expect(
          await page.evaluate(
            'document.querySelectorAll("img, iframe, object, [onerror], [onload], [onclick]").length',
          ),
        ).toBe(0);
        expect(await page.evaluate('[...document.scripts].map(({ type }) => type)')).toEqual([
          'application/json',
          '',
        ]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.width);
        expect(events).toEqual([]);
        expect(await accessibilityFindings(page)).toEqual([]);
        expect(await faintChartTexts(page)).toEqual([]);
        expect(await cutChartTexts(page)).toEqual([]);
        expect(await overlappingCells(page)).toEqual([]);
        await page.context().close();
      },
    );
  });

  it('shows every class by name, however it is spelt', async () => {
    const { page } = await openFile(browser, pageOf('hostile'), LOOKS[0]);
    const names = (await page.evaluate(
      '[...document.querySelectorAll("#data details table tbody")][0].textContent',
    )) as string;
    for (const name of HOSTILE_NAMES)
      expect(names).toContain(name.replaceAll('\u001b', '\ufffd').replace('\u202e', '\ufffd'));
    await page.context().close();
  });

  it('holds its results for programs, whatever the names in them', async () => {
    const { page } = await openFile(browser, pageOf('hostile'), LOOKS[0]);
    const { dataset } = JSON.parse((await page.locator('#data-json').textContent()) ?? '') as {
      dataset: { classes: readonly string[] };
    };
    expect(dataset.classes.toSorted()).toEqual(HOSTILE_NAMES.toSorted());
    await page.context().close();
  });

  it('draws any configuration that is picked, from its own data', async () => {
    const { page } = await openFile(browser, pageOf('real'), LOOKS[0]);
    await page.locator('#any summary').click();
    const { recalls, configurations } = JSON.parse(
      (await page.locator('#data-json').textContent()) ?? '',
    ) as {
      recalls: readonly { readonly trial_id: string; readonly means: readonly (number | null)[] }[];
      configurations: readonly { readonly trial_id: string }[];
    };
    const last = configurations.at(-1)?.trial_id ?? '';
    await page.locator('#any select').selectOption(last);
    const cells = await page
      .locator('#any table')
      .first()
      .locator('tbody tr td:nth-child(2)')
      .allTextContents();
    const means = recalls.find(({ trial_id }) => trial_id === last)?.means ?? [];
    expect(cells).toEqual(means.map((mean) => (mean === null ? '–' : mean.toFixed(3))));
    expect(await page.locator('#any table').count()).toBe(3);
    await page.context().close();
  });

  it('lists the epochs of what is picked with the metric that ranks', async () => {
    const { page } = await openFile(browser, pageOf('extreme'), LOOKS[0]);
    const { curves } = JSON.parse((await page.locator('#data-json').textContent()) ?? '') as {
      curves: readonly {
        readonly trial_id: string;
        readonly points: readonly { readonly ranked: number }[];
      }[];
    };
    const picked = await page.locator('#any select').inputValue();
    const table = page.locator('#any table').last();
    const points = curves.find(({ trial_id }) => trial_id === picked)?.points ?? [];
    expect((await table.locator('thead th').allTextContents()).at(-1)).toBe('cohen_kappa');
    expect(await table.locator('tbody tr td:last-child').allTextContents()).toEqual(
      points.map(({ ranked }) => ranked.toFixed(3).replace('-', '−')),
    );
    await page.context().close();
  });

  it('sorts by a column, and back', async () => {
    const { page } = await openFile(browser, pageOf('real'), LOOKS[0]);
    const gammas = () =>
      page.evaluate(
        '[...document.querySelectorAll("#ranking tbody tr")].map((row) => row.cells[1].textContent)',
      ) as Promise<readonly string[]>;
    const ranked = await gammas();
    const heading = page.locator('#ranking th', { hasText: 'gamma' }).getByRole('button');
    await heading.click();
    expect(await gammas()).toEqual(ranked.toSorted().reverse());
    await heading.click();
    expect(await gammas()).toEqual(ranked.toSorted());
    await page.locator('#ranking th', { hasText: '#' }).getByRole('button').click();
    expect(await gammas()).toEqual(ranked);
    await page.context().close();
  });

  it('says of every configuration what it does to rare recall, against cross-entropy', async () => {
    const { page } = await openFile(browser, pageOf('real'), LOOKS[0]);
    const cells = page.locator('#ranking tbody tr td:nth-child(7)');
    expect(await cells.allInnerTexts()).toHaveLength(12);
    for (const text of await cells.allInnerTexts())
      expect(text).toMatch(/^(–\s+baseline|[+−±]0\.\d{3}\s+(better|worse|no evidence))$/);
    await page.context().close();
  });

  it('filters by words, and to the tied ones', async () => {
    const { page } = await openFile(browser, pageOf('real'), LOOKS[0]);
    const shown = page.locator('#ranking tbody tr:visible');
    expect(await shown.count()).toBe(12);
    await page.getByRole('searchbox').fill('balanced 0.003');
    expect(await shown.count()).toBe(3);
    expect(await page.getByRole('status').textContent()).toBe('3 of 12 shown');
    await page.getByRole('searchbox').fill('');
    await page.getByRole('checkbox').check();
    expect(await shown.count()).toBe(await page.locator('#ranking tbody tr.tied').count());
    await page.context().close();
  });

  it('shows everything without JavaScript', async () => {
    const { page } = await openFile(browser, pageOf('real'), { ...LOOKS[0], javaScriptEnabled: false });
    expect(await page.locator('#ranking tbody tr:visible').count()).toBe(12);
    for (const summary of await page.locator('main > section > details > summary').all())
      await summary.click();
    expect(await page.locator('figure svg.plot:visible').count()).toBeGreaterThan(15);
    expect(await page.locator('.tools:visible').count()).toBe(0);
    await page.context().close();
  });
});
