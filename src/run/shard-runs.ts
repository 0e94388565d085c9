import { UserError } from '../errors.js';
import { dataKey, dataKnobsOf } from '../knobs/data-knobs.js';
import type { SweepPlan } from '../plan/plan.js';
import { searchOf } from '../search/search-of.js';
import { locate } from '../spec/locate.js';
import type { Shard } from '../spec/settings/shard.js';
import type { SweepSpec } from '../spec/sweep-spec.js';
import type { Run, Trial } from '../sweep.js';
import type { Grouping } from './groups/form-groups.js';
import { sideBySide } from './groups/side-by-side.js';
import { byTrial } from './spending.js';

/** With fewer configurations than this for each shard, seeds of one are trained by several shards. */
const FEWEST_TRIALS_EACH = 16;

/**
 * The ids of the runs that a shard trains; every run is of exactly one shard. What can train together is put side by side in the
 * order of the plan, and dealt out in turn, by whole configurations or, where there are few, by runs. Each round begins one shard
 * further: otherwise all runs with one value of an axis could fall to one shard. The plan alone decides, and nothing of the
 * machine. Throws UserError for a search that decides by results.
 */
export function runsOfShard(
  { spec, trials, runs }: Pick<SweepPlan, 'spec' | 'trials' | 'runs'>,
  { index, count }: Shard,
  trainerOf: Grouping['trainerOf'],
): ReadonlySet<string> {
  requireSeparable(spec);
  const ofTrial = byTrial(runs);
  const whole = byKind(trials, trainerOf).map(({ trialId }) => ofTrial.get(trialId) ?? []);
  const isByTrial = trials.length >= FEWEST_TRIALS_EACH * count;
  const hands: readonly (readonly Run[])[] = isByTrial ? whole : whole.flat().map((run) => [run]);
  const own = hands.filter((_, at) => (at + Math.floor(at / count)) % count === index - 1);
  return new Set(own.flat().map(({ runId }) => runId));
}

function byKind(trials: readonly Trial[], trainerOf: Grouping['trainerOf']): readonly Trial[] {
  return sideBySide(trials, (trial) => {
    const { config, engine } = trial;
    return `${engine} ${dataKey(dataKnobsOf(config))} ${trainerOf(trial).groupKey(config)}`;
  });
}

/** Throws UserError for a search that decides by results: no shard has those of all runs. */
export function requireSeparable(spec: SweepSpec): void {
  const { stop, method, budget } = spec;
  const refused =
    stop.type !== 'none'
      ? { key: 'stop', what: '`stop:` drops configurations', instead: 'Leave `stop:` out' }
      : searchOf(spec).sampler.learns
        ? {
            key: 'method',
            what: `\`method: ${method}\` proposes configurations`,
            instead: 'Draw with `method: sobol` or `random`',
          }
        : budget !== null
          ? { key: 'budget', what: '`budget:` ends a search', instead: 'Launch with --budget none' }
          : undefined;
  if (refused === undefined) return;
  const { key, what, instead } = refused;
  throw new UserError(`${what} by what the whole sweep has reached, and a shard knows only its own runs`, {
    where: locate(spec, [key]),
    fix: `${instead}, or leave --shard out: --queue lets several machines train such a sweep.`,
  });
}
