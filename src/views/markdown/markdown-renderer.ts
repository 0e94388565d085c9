import type { Renderer } from '../renderer.js';
import type { Section } from '../sections/section.js';
import { SECTIONS } from '../sections/sections.js';
import { cardSections, specMarkdown } from './card-sections.js';
import { escapeMarkdown, markdownTable, sentenceMarkdown } from './markdown-table.js';

/** Markdown with a table per section. */
export const markdownRenderer: Renderer<'md'> = {
  report: (report, look) => markdownSections(SECTIONS.report(report, look)),
  ranking: (ranking, look) => markdownSections(SECTIONS.ranking(ranking, look)),
  columns: (report, look) => markdownSections(SECTIONS.columns(report, look)),
  comparison: (comparison, look) => markdownSections(SECTIONS.comparison(comparison, look)),
  run: (run, look) => markdownSections(SECTIONS.run(run, look)),
  trial: (trial, look) => markdownSections(SECTIONS.trial(trial, look)),
  card: (card) =>
    [
      markdownSections(cardSections(card)),
      ...(card.origin === null ? [] : [specMarkdown(card.origin.sweep.specText)]),
    ].join('\n\n'),
  rows: markdownTable,
};

function markdownSections(sections: readonly Section[]): string {
  return sections.map(markdownSection).join('\n\n');
}

function markdownSection({ heading, table, notes }: Section): string {
  const list = notes.map((note) => `- ${sentenceMarkdown(note)}`).join('\n');
  return [`## ${escapeMarkdown(heading)}`, ...(table === undefined ? [] : [markdownTable(table)]), list]
    .filter((part) => part !== '')
    .join('\n\n');
}
