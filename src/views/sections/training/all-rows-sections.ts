import { pointLabel } from '../../../analysis/point-label.js';
import type { AllRowsReport } from '../../../analysis/shown/all-rows-report.js';
import { epochWord } from '../../../knobs/epoch-word.js';
import { type MetricName, USUAL_METRICS } from '../../../metric.js';
import { counted } from '../../../wording/counted.js';
import { figure, seedList, signed, sum } from '../../../wording/numbers.js';
import type { Section } from '../section.js';

/** What training on all rows changed, as sections. */
export function allRowsSections(report: AllRowsReport): readonly Section[] {
  return [changeSection(report), classSection(report), seedSection(report)];
}

function changeSection({ model, point, epochs, seeds }: AllRowsReport): Section {
  const mean = (of: 'before' | 'after', name: MetricName): number =>
    sum(seeds.map((seed) => seed[of][name])) / seeds.length;
  return {
    heading: `${pointLabel(point)} on training and validation rows: test metrics, mean over ${seeds.length === 1 ? `seed ${seeds[0]?.seed}` : `seeds ${seedList(seeds.map(({ seed }) => seed))}`}`,
    table: {
      columns: ['metric', 'before', 'after', 'change'],
      rows: USUAL_METRICS.map((name) => {
        const [before, after] = [mean('before', name), mean('after', name)];
        return [name, figure(before), figure(after), signed(after - before)];
      }),
    },
    notes: [
      `Every model was trained for ${counted(epochs, epochWord([{ model }]))}, the median of those that validation rows chose (${seeds.map(({ chosenEpoch }) => chosenEpoch).join(', ')}). Nothing stopped it early.`,
      'No validation row is left to check these models. The test rows compare them once; a choice between the two by test metrics would make the test rows validation rows.',
    ],
  };
}

function classSection({ classes }: AllRowsReport): Section {
  return {
    heading: 'Training rows of each class',
    table: {
      columns: ['class', 'rare', 'before', 'after'],
      rows: classes.map(({ name, rare, before, after }) => [name, rare ? 'rare' : '', before, after]),
    },
    notes: [],
  };
}

function seedSection({ seeds }: AllRowsReport): Section {
  const changed = (['macro_f1', 'rare_recall'] as const).flatMap((name) => [name, `${name} after`]);
  return {
    heading: 'Test metrics of each seed',
    table: {
      columns: ['seed', ...changed],
      rows: seeds.map(({ seed, before, after }) => [
        seed,
        ...(['macro_f1', 'rare_recall'] as const).flatMap((name) => [
          figure(before[name]),
          figure(after[name]),
        ]),
      ]),
    },
    notes: [],
  };
}
