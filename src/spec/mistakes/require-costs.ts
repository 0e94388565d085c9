import { UserError } from '../../errors.js';
import { isCostMetric, type MetricName } from '../../metric.js';
import type { Aim } from '../aims.js';
import type { YamlDocument } from '../yaml-document.js';

/** Throws UserError with the place where a spec that says nothing about costs asks for a metric of costs. */
export function requireCosts(
  { metric, choose }: { readonly metric: MetricName; readonly choose: readonly Aim[] },
  yaml: YamlDocument,
): void {
  if (isCostMetric(metric)) throw withoutCosts('metric.name', metric, yaml.locate(['metric', 'name']));
  choose.forEach(({ metric: { name, goal }, constraints }, at) => {
    if (isCostMetric(name)) throw withoutCosts('choose', name, yaml.locate(['choose', at, goal]));
    const limited = constraints.find((own) => isCostMetric(own.metric))?.metric;
    if (limited === undefined) return;
    throw withoutCosts('choose', limited, yaml.locateKey(['choose', at, 'constraints'], limited));
  });
}

/** Throws UserError for an aim with a metric of costs, given for a sweep that has none. */
export function requireCostsOfAims(aims: readonly Aim[], where: string): void {
  const named = aims.flatMap(({ metric, constraints }) => [
    metric.name,
    ...constraints.map((own) => own.metric),
  ]);
  const unknown = named.find(isCostMetric);
  if (unknown !== undefined) throw withoutCosts('choose', unknown, where);
}

function withoutCosts(part: string, name: MetricName, where: string): UserError {
  return new UserError(`${part}: ${name} needs \`costs:\`, and the spec has none`, {
    where,
    fix: 'Say what mistakes cost, by true class: `costs: {fraud: 50, legitimate: 1}`, or name a CSV table.',
  });
}
