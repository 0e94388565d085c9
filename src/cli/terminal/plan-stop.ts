import { numberIn } from '../../knobs/knob-value.js';
import { isBaseline } from '../../knobs/plain-loss.js';
import { earlyStop, STOP_EARLY, wouldStopEarly } from '../../plan/early-stop.js';
import type { SweepPlan } from '../../plan/plan.js';
import { isForProgram } from '../../program.js';
import { searchOf } from '../../search/search-of.js';
import { usualEpochs } from '../../search/usual-epochs.js';
import type { StopSetting } from '../../spec/stop-setting.js';
import { percent } from '../../wording/numbers.js';

/** What a search that drops configurations trains, as far as epochs are known; for a large grid without one, what one would. */
export function stopLine(plan: SweepPlan): readonly string[] {
  const { spec, runs, trials } = plan;
  const { type } = spec.stop;
  const share = usualShare(plan, spec.stop);
  if (type !== 'none') {
    const [which, provided] = trials.some(({ config }) => isForProgram(config))
      ? ['all', ', if your program pauses']
      : ['these', ''];
    return [
      share === null
        ? `  stop: ${type}; how much it saves is not known: the spec names no epochs`
        : `  stop: ${type}; about ${percent(share)} of ${which} epochs, by made-up learning curves${provided}`,
    ];
  }
  const saved = wouldStopEarly(spec, runs.length) ? usualShare(plan, earlyStop(spec)) : null;
  if (saved === null || saved > 0.5) return [];
  return [
    `  with \`stop: {type: ${STOP_EARLY.type}}\` about ${percent(saved)} of these epochs, by made-up learning curves`,
  ];
}

/** Null where programs alone know their epochs. */
function usualShare({ spec, trials }: SweepPlan, stop: StopSetting): number | null {
  const costed = trials.map(({ trialId, config, addedBaseline }) => ({
    trialId,
    isBaseline: addedBaseline || isBaseline(config, spec.baseline),
    epochs: numberIn(config, 'epochs') ?? Number.NaN,
  }));
  const most = costed.reduce((sum, { epochs }) => sum + epochs * spec.seeds.length, 0);
  if (Number.isNaN(most)) return null;
  return usualEpochs(searchOf({ ...spec, stop }).stopper, { ...spec, trials: costed }) / most;
}
