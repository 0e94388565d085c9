import type { Comparison } from '../analysis/comparison/comparison.js';
import type { SweepReport } from '../analysis/report.js';

/** A report as an HTML page of its own; what draws it is loaded when it is asked for. */
export async function reportHtml(report: SweepReport): Promise<string> {
  return (await import('./html/report-page.js')).reportPage(report);
}

/** A comparison as an HTML page of its own; what draws it is loaded when it is asked for. */
export async function comparisonHtml(comparison: Comparison): Promise<string> {
  return (await import('./html/comparison-page.js')).comparisonPage(comparison);
}
