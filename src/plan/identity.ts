import { createHash } from 'node:crypto';
import { fingerprintKnobs } from '../knobs/data-knobs.js';
import { decidingKnobs } from '../knobs/deciding-knobs.js';
import { type CostMatrix, isCostMetric, type Metric } from '../metric.js';
import { isForProgram } from '../program.js';
import { objectivesOf } from '../search/samplers/nsga2.js';
import { aimMetrics } from '../spec/aims.js';
import type { SweepSpec } from '../spec/sweep-spec.js';
import type { AnyConfig, TrialConfig } from '../sweep.js';
import { canonicalJson } from '../wording/canonical-json.js';

/** Raised when the same settings train differently: results of other versions then no longer count as current. */
export const MATHS_VERSION = 2;

const ID_HEX_DIGITS = 16;

function contentId(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, ID_HEX_DIGITS);
}

/** What decides a trial's results beside its seed. */
export interface TrialIdentity {
  readonly config: AnyConfig;
  /** Fingerprint of the dataset: table, split, rare classes. */
  readonly dataset: string;
  /** Of the raw rows, for a command, which may read them: a fingerprint does not hold them. */
  readonly rawDigest?: string;
  /** The knobs that the fingerprint holds already. */
  readonly known?: Partial<TrialConfig>;
  /** Decides which epoch counts, with its costs if it has any. */
  readonly metric: Metric;
  /** The engine's id. */
  readonly engine: string;
}

/** The trial's content-addressed id, 16 hex digits. */
export function trialIdOf({ known, ...identity }: TrialIdentity): string {
  return contentId({ ...identity, config: decidingKnobs(identity.config, known), maths: MATHS_VERSION });
}

/**
 * The id of a search, 16 hex digits: what its sampler and stopper were asked, and the results that they look at. Decisions of another
 * search are not taken over.
 */
export function searchIdOf({ spec, dataset, engine, costs }: SearchIdentity): string {
  const { method, seeds, metric, spaces, trials, searchSeed, where, stop } = spec;
  const searched = spaces.map(({ name, axes, base }) => ({
    ...(name !== null && { name }),
    axes,
    base: searchBase(base, spec),
  }));
  const isList = spaces.some(({ name }) => name !== null);
  return contentId({
    method,
    ...(method !== 'grid' && { trials, searchSeed }),
    ...(method === 'nsga2' && { objectives: objectivesOf(spec) }),
    ...(where !== null && { where }),
    ...(stop.type !== 'none' && stopIdentity(spec)),
    ...(looksAtCosts(spec) && { costs }),
    ...(isList ? { spaces: searched } : searched[0]),
    seeds,
    metric,
    dataset,
    engine,
    maths: MATHS_VERSION,
  });
}

/** What a stopper looks at beside results: it never drops the best baseline, and a race is about what reports choose. */
function stopIdentity({ stop, baseline, choose, equivalent }: SweepSpec): object {
  return { stop, baseline, ...(stop.type === 'halving_then_racing' && { choose, equivalent }) };
}

/** Whether an aim asks what mistakes cost; a metric that is this cost has its costs with it. */
function looksAtCosts({ method, stop, choose }: SweepSpec): boolean {
  const looksAtAims = method === 'nsga2' || stop.type === 'halving_then_racing';
  return looksAtAims && choose.some((aim) => aimMetrics(aim).some(isCostMetric));
}

/** Searches recorded before later knobs were added keep their id; `logit_adjustment` was in all of them. */
function searchBase(base: AnyConfig, { data }: SweepSpec): object {
  if (isForProgram(base)) return base;
  const { logit_adjustment } = base;
  return { ...decidingKnobs(base, fingerprintKnobs(data ?? {})), logit_adjustment };
}

interface SearchIdentity {
  readonly spec: SweepSpec;
  /** Fingerprint of the dataset. */
  readonly dataset: string;
  /** The id of the trainer, or those of several spaces. */
  readonly engine: string;
  /** What mistakes cost; null if the spec does not say it. */
  readonly costs: CostMatrix | null;
}

/** The run's content-addressed id, 16 hex digits. */
export function runIdOf(trialId: string, seed: number): string {
  return contentId({ trialId, seed });
}
