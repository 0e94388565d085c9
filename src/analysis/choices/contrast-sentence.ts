import { counted } from '../../wording/counted.js';
import { signed } from '../../wording/numbers.js';
import type { Verdict } from '../ranking/configuration.js';
import { change } from '../ranking/difference.js';
import type { Contrast, Effect } from './choice.js';

const NAMES = { gamma: 'Focal loss (γ > 0)', alpha: 'Class weights (α other than 1)' } as const;
const SIGNS = { gamma: 'γ', alpha: 'α' } as const;

/** The configurations that pairs are found among. */
interface Among {
  readonly left: number;
  readonly dropped: number;
}

/** Whether a knob of the loss is worth it, in plain words. */
export function contrastSentence(
  { space, knob, overall, values }: Omit<Contrast, 'sentence'>,
  { left, dropped }: Among,
): string {
  const name = space === null ? NAMES[knob] : `${space}: ${NAMES[knob]}`;
  const pairs = `mean of ${counted(overall.pairs, 'pair')} that ${overall.pairs === 1 ? 'differs' : 'differ'} in ${SIGNS[knob]} alone${dropped === 0 ? '' : `, among the ${left} of ${counted(left + dropped, 'configuration')} that the search has left`}`;
  return `${name} ${verdict(overall)}: macro-F1 ${change(overall.macro_f1)}, rare recall ${change(overall.rare_recall)}, ${pairs}.${bestValues(knob, values)}`;
}

function verdict({ macro_f1, rare_recall }: Effect): string {
  const verdicts = [macro_f1.verdict, rare_recall.verdict];
  const found = (verdict: Verdict): boolean => verdicts.includes(verdict);
  if (found('one seed')) return 'cannot be judged by one seed';
  if (found('better') && found('worse')) {
    return macro_f1.verdict === 'better'
      ? 'helped macro-F1 and hurt rare recall'
      : 'helped rare recall and cost macro-F1';
  }
  if (found('better'))
    return `helped ${macro_f1.verdict === 'better' ? both(verdicts, 'macro-F1') : 'rare recall'}`;
  if (found('worse'))
    return `hurt ${macro_f1.verdict === 'worse' ? both(verdicts, 'macro-F1') : 'rare recall'}`;
  if (verdicts.every((own) => own === 'equivalent')) return 'made no difference that matters';
  return 'showed neither gain nor loss';
}

function both([first, second]: readonly string[], macro: string): string {
  return first === second ? `${macro} and rare recall` : macro;
}

/** Where several values were tried, the ones with the best means. */
function bestValues(knob: Contrast['knob'], values: readonly Effect[]): string {
  if (values.length < 2) return '';
  const best = (metric: 'macro_f1' | 'rare_recall'): Effect =>
    values.reduce((top, own) => (own[metric].mean > top[metric].mean ? own : top));
  const [macro, rare] = [best('macro_f1'), best('rare_recall')];
  const shown = (effect: Effect, metric: 'macro_f1' | 'rare_recall'): string =>
    `${SIGNS[knob]} = ${effect.label} (${signed(effect[metric].mean)}, ${effect[metric].verdict})`;
  return ` Best for macro-F1: ${shown(macro, 'macro_f1')}; for rare recall: ${shown(rare, 'rare_recall')}.`;
}
