import { Document, isMap } from 'yaml';
import { type Metric, parameterOf } from '../../metric.js';
import type { Configuration } from '../ranking/configuration.js';
import type { SweepReport } from '../report.js';
import { foldsIn, spacePath, specDocument } from './spec-document.js';
import { suffixedName } from './sweep-name.js';

/** The keys of a spec that decide how a configuration trains. */
const KEPT = ['costs', 'data', 'model', 'train', 'engine'] as const;

/** A spec that trains one configuration with the sweep's seeds, and the baseline that every sweep has. */
export function chosenSpec({ sweep }: SweepReport, chosen: Configuration): string {
  const { config, point, space, seeds } = chosen;
  const written = specDocument(sweep.specText);
  const kept = KEPT.flatMap((key) => (written.has(key) ? [[key, written.get(key)] as const] : []));
  const knobs = Object.keys(point).map((knob) => [knob, { value: config[knob as keyof typeof config] }]);
  const parameters = knobs.length > 0 ? { parameters: Object.fromEntries(knobs) } : {};
  const spec = new Document({
    name: suffixedName(sweep.name, '-chosen'),
    metric: writtenMetric(sweep.metric),
    ...(space === null ? parameters : { spaces: [{ ...ownSpace(written, space), ...parameters }] }),
    // Folds say themselves which seeds there are.
    ...(foldsIn(sweep.specText) === undefined && { seeds }),
    ...Object.fromEntries(kept),
  });
  return spec.toString({ flowCollectionPadding: false, lineWidth: 100 }).trimEnd();
}

/** One of the spaces of a spec, without its axes. */
function ownSpace(written: Document, space: string): object {
  const item = written.getIn(spacePath(written, space));
  const { parameters: _, ...own } = isMap(item) ? (item.toJS(written) as Record<string, unknown>) : {};
  return own;
}

/** A metric as a spec has it. */
function writtenMetric({ name, goal, parameter }: Metric): object {
  return { name, goal, ...(parameter !== undefined && { [parameterOf(name)?.name ?? '']: parameter }) };
}
