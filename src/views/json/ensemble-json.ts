import type { Ensemble } from '../../analysis/ranking/configuration.js';

/** An ensemble with its figures by metric. */
export function ensembleJson({ seeds, of }: Ensemble) {
  return { seeds, metrics: Object.fromEntries(of) };
}
