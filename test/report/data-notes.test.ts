import { afterAll, describe, expect, it } from 'vitest';
import { buildRanking, buildReport } from '../../src/report/build-report.js';
import { compare } from '../../src/report/comparison.js';
import { comparisonJson } from '../../src/report/comparison-json.js';
import { comparisonSections } from '../../src/report/comparison-sections.js';
import { comparisonPage } from '../../src/report/html/comparison-page.js';
import { reportPage } from '../../src/report/html/report-page.js';
import { renderReport, renderSections } from '../../src/report/render-report.js';
import { rankingSections } from '../../src/report/sections.js';
import { openReader } from '../../src/store/sqlite-store.js';
import { temporaryFolder } from '../store/temporary-folder.js';
import { recordSample } from './sample-report.js';

/** The words of a spec's `note:` and those of the program: none of them is of a special kind. */
const NOTES = ['Rows of one site alone', 'Columns dropped: version'];
const reader = openReader(recordSample(temporaryFolder(), {}, NOTES));
afterAll(() => reader.close());
const report = buildReport(reader);
const sides = compare(
  reader,
  report.configurations.slice(0, 2).map(({ trialId }) => trialId),
);

const WRITTEN = {
  'the report in a terminal': () => renderReport(report, { format: 'table' }),
  'the report as Markdown': () => renderReport(report, { format: 'md' }),
  'the report as JSON': () => renderReport(report, { format: 'json' }),
  'the report as a page': () => reportPage(report),
  'the end of a launch': () => renderSections(rankingSections(buildRanking(reader)), 'table'),
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
