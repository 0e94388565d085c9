import { Document, parseDocument } from 'yaml';
import type { Configuration, SweepReport } from '../report.js';

/** Keys of a spec that decide how a given configuration trains. */
const KEPT = ['data', 'model', 'train', 'engine'] as const;

/** A spec that trains one configuration with the sweep's seeds, and the baseline that every sweep has. */
export function winnerSpec({ sweep }: SweepReport, { config, point, seeds }: Configuration): string {
  const written = parseDocument(sweep.specText);
  const kept = KEPT.flatMap((key) => (written.has(key) ? [[key, written.get(key)] as const] : []));
  const parameters = Object.keys(point).map((knob) => [knob, { value: config[knob as keyof typeof config] }]);
  const spec = new Document({
    name: `${sweep.name.slice(0, 93)}-winner`,
    metric: sweep.metric,
    ...(parameters.length > 0 && { parameters: Object.fromEntries(parameters) }),
    seeds,
    ...Object.fromEntries(kept),
  });
  return spec.toString({ flowCollectionPadding: false, lineWidth: 100 }).trimEnd();
}
