import type { Renderer } from '../renderer.js';
import { comparisonPage } from './comparison-page.js';
import { reportPage } from './report/report-page.js';

/** Self-contained pages. */
export const htmlRenderer: Renderer<'html'> = { report: reportPage, comparison: comparisonPage };
