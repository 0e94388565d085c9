import { isOfModel } from '../../knobs/idle-knobs.js';
import { numberIn } from '../../knobs/knob-value.js';
import type { Findings } from '../findings/findings.js';
import type { Configuration } from '../ranking/configuration.js';
import type { Advice } from './advice.js';
import { axisChange, epochsChange } from './spec-change.js';
import { gridValues, isUntried, type SweepHistory } from './sweep-history.js';

/** With fewer classes shared trees gained nothing on tables that were measured (docs/models.md). */
const MANY_CLASSES = 10;
/** Shared trees need several times the rounds of those of a class. */
const ROUNDS = 300;

/** Advice on how trees grow. */
export function treesAdvice(
  { sweep }: Pick<Findings, 'sweep'>,
  history: SweepHistory,
  best: Configuration,
): readonly Advice[] {
  const classes = sweep.dataset.classNames.length;
  if (classes < MANY_CLASSES || !isOfModel('multi_output', best.config)) return [];
  if (!isUntried(history, 'multi_output', true)) return [];
  const epochs = numberIn(best.config, 'epochs') ?? ROUNDS;
  return [
    {
      id: 'shared-trees',
      title: 'Trees that all classes share are untried',
      evidence: `Every round grows ${classes} trees here, one for each class. On tables of some twenty classes one tree for all of them was better (docs/models.md).`,
      action: `Try multi_output: true beside false${epochs < ROUNDS ? `, with up to ${ROUNDS} rounds: shared trees need more of them` : ''}.`,
      changes: [
        axisChange('multi_output', [...gridValues(history, 'multi_output'), true]),
        ...(epochs < ROUNDS ? [epochsChange(history, best, ROUNDS)] : []),
      ],
    },
  ];
}
