import { afterAll, describe, expect, it } from 'vitest';
import { buildComparison, buildRanking, buildReport } from '../../src/analysis/analysis.js';
import { openStore } from '../../src/store/open-store.js';
import { render } from '../../src/views/render.js';
import { recordSample } from './sample-report.js';

/** The words of a spec's `note:` and those of the program: none of them is of a special kind. */
const NOTES = ['Rows of one site alone', 'Columns dropped: version'];
const reader = await openStore(await recordSample({}, NOTES)).reader();
afterAll(() => reader.close());
const report = await buildReport(reader);
const ranking = await buildRanking(reader);
const sides = await buildComparison(
  reader,
  report.configurations.slice(0, 2).map(({ trialId }) => trialId),
);

/** What a page holds for programs, beside what it shows. */
const DATA_OF_PAGES = /<script type="application\/json".*?<\/script>/s;

const WRITTEN = {
  'the report in a terminal': () => render('report', report, { format: 'table' }),
  'the report as Markdown': () => render('report', report, { format: 'md' }),
  'the report as JSON': () => render('report', report, { format: 'json' }),
  'the end of a launch': () => render('ranking', ranking, { format: 'table' }),
  'a comparison in a terminal': () => render('comparison', sides, { format: 'table' }),
  'a comparison as Markdown': () => render('comparison', sides, { format: 'md' }),
  'a comparison as JSON': () => render('comparison', sides, { format: 'json' }),
  'a comparison as a page': () => render('comparison', sides, { format: 'html' }),
  'the report as a page': () => render('report', report, { format: 'html' }),
};

describe.each(Object.entries(WRITTEN))('%s', (_name, write) => {
  it('has every note on the data, once', async () => {
    const text = (await write()).replace(DATA_OF_PAGES, '');
    expect(NOTES.map((note) => text.split(note).length - 1)).toEqual([1, 1]);
  });
});
