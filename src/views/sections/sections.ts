import type { Contents, Look } from '../renderer.js';
import { columnSections } from './column-sections.js';
import { comparisonSections } from './comparison-sections.js';
import { dataSections } from './data-sections.js';
import { rankingSections, reportSections } from './report-sections.js';
import { runSections, scoreSections } from './run-sections.js';
import type { Section } from './section.js';
import { allRowsSections } from './training/all-rows-sections.js';
import { trainedSections } from './training/trained-sections.js';
import { trialSections } from './trial-sections.js';

/** The sections of every kind of text that a terminal shows, too. */
export const SECTIONS: {
  readonly [kind in Exclude<keyof Contents, 'rows' | 'card'>]: (
    content: Contents[kind],
    look: Look,
  ) => readonly Section[];
} = {
  report: reportSections,
  ranking: rankingSections,
  columns: columnSections,
  comparison: comparisonSections,
  run: runSections,
  trial: trialSections,
  trained: trainedSections,
  allRows: allRowsSections,
  data: dataSections,
  scores: scoreSections,
};
