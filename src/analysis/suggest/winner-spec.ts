import { Document } from 'yaml';
import { type Metric, parameterOf } from '../../metric.js';
import type { Configuration } from '../ranking/configuration.js';
import type { SweepReport } from '../report.js';
import { specDocument } from './spec-document.js';
import { suffixedName } from './sweep-name.js';

/** The keys of a spec that decide how a configuration trains. */
const KEPT = ['costs', 'data', 'model', 'train', 'engine'] as const;

/** A spec that trains one configuration with the sweep's seeds, and the baseline that every sweep has. */
export function winnerSpec({ sweep }: SweepReport, { config, point, seeds }: Configuration): string {
  const written = specDocument(sweep.specText);
  const kept = KEPT.flatMap((key) => (written.has(key) ? [[key, written.get(key)] as const] : []));
  const parameters = Object.keys(point).map((knob) => [knob, { value: config[knob as keyof typeof config] }]);
  const spec = new Document({
    name: suffixedName(sweep.name, '-winner'),
    metric: writtenMetric(sweep.metric),
    ...(parameters.length > 0 && { parameters: Object.fromEntries(parameters) }),
    seeds,
    ...Object.fromEntries(kept),
  });
  return spec.toString({ flowCollectionPadding: false, lineWidth: 100 }).trimEnd();
}

/** A metric as a spec has it. */
function writtenMetric({ name, goal, parameter }: Metric): object {
  return { name, goal, ...(parameter !== undefined && { [parameterOf(name)?.name ?? '']: parameter }) };
}
