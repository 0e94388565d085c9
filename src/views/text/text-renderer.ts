import { printable } from '../../wording/printable.js';
import type { Look, Renderer } from '../renderer.js';
import type { Section } from '../sections/section.js';
import { SECTIONS } from '../sections/sections.js';
import { textTable } from './text-table.js';
import { wrap } from './wrap.js';

/** Text for a terminal; nothing in the data can control the terminal. */
export const textRenderer: Renderer<'table'> = {
  report: (report, look) => textSections(SECTIONS.report(report, look), look),
  ranking: (ranking, look) => textSections(SECTIONS.ranking(ranking, look), look),
  columns: (report, look) => textSections(SECTIONS.columns(report, look), look),
  comparison: (comparison, look) => textSections(SECTIONS.comparison(comparison, look), look),
  run: (run, look) => textSections(SECTIONS.run(run, look), look),
  trial: (trial, look) => textSections(SECTIONS.trial(trial, look), look),
  trained: (trained, look) => textSections(SECTIONS.trained(trained, look), look),
  allRows: (report, look) => textSections(SECTIONS.allRows(report, look), look),
  data: (data, look) => textSections(SECTIONS.data(data, look), look),
  scores: (scores, look) => textSections(SECTIONS.scores(scores, look), look),
  rows: (rows, { width }) => textTable(rows, { width }),
};

function textSections(sections: readonly Section[], look: Look): string {
  return sections.map((section) => textSection(section, look)).join('\n\n');
}

function textSection({ heading, table, notes, ...layout }: Section, { width, paint }: Look): string {
  return [
    wrap(printable(heading), width),
    ...(table === undefined ? [] : [textTable(table, { ...layout, width, paint })]),
    ...notes.map((note) => wrap(printable(note), width)),
  ].join('\n');
}
