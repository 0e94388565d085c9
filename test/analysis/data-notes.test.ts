import { afterAll, describe, expect, it } from 'vitest';
import { buildComparison, buildRanking, buildReport } from '../../src/analysis/analysis.js';
import { openReader } from '../../src/store/sqlite/sqlite-store.js';
import { comparisonPage } from '../../src/views/html/comparison-page.js';
import { reportPage } from '../../src/views/html/report/report-page.js';
import { comparisonJson } from '../../src/views/json/comparison-json.js';
import { renderReport, renderSections } from '../../src/views/render-report.js';
import { comparisonSections } from '../../src/views/sections/comparison-sections.js';
import { rankingSections } from '../../src/views/sections/report-sections.js';
import { temporaryFolder } from '../store/temporary-folder.js';
import { recordSample } from './sample-report.js';

/** The words of a spec's `note:` and those of the program: none of them is of a special kind. */
const NOTES = ['Rows of one site alone', 'Columns dropped: version'];
const reader = openReader(recordSample(temporaryFolder(), {}, NOTES));
afterAll(() => reader.close());
const report = await buildReport(reader);
const ranking = await buildRanking(reader);
const sides = await buildComparison(
  reader,
  report.configurations.slice(0, 2).map(({ trialId }) => trialId),
);

const WRITTEN = {
  'the report in a terminal': () => renderReport(report, { format: 'table' }),
  'the report as Markdown': () => renderReport(report, { format: 'md' }),
  'the report as JSON': () => renderReport(report, { format: 'json' }),
  'the report as a page': () => reportPage(report),
  'the end of a launch': () => renderSections(rankingSections(ranking), 'table'),
  'a comparison in a terminal': () => renderSections(comparisonSections(sides), 'table'),
  'a comparison as Markdown': () => renderSections(comparisonSections(sides), 'md'),
  'a comparison as JSON': () => JSON.stringify(comparisonJson(sides)),
  'a comparison as a page': () => comparisonPage(sides),
};

describe.each(Object.entries(WRITTEN))('%s', (_name, write) => {
  it('has every note on the data, once', () => {
    const text = write();
    expect(NOTES.map((note) => text.split(note).length - 1)).toEqual([1, 1]);
  });
});
