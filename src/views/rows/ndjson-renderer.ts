import type { Renderer } from '../renderer.js';
import { rowObjects } from './row-objects.js';

/** A JSON object per line. */
export const ndjsonRenderer: Renderer<'ndjson'> = {
  rows: (rows) =>
    rowObjects(rows)
      .map((row) => JSON.stringify(row))
      .join('\n'),
};
