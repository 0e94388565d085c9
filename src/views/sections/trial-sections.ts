import type { TrialReport } from '../../analysis/shown/trial-report.js';
import { epochWord } from '../../knobs/epoch-word.js';
import { USUAL_METRICS } from '../../metric.js';
import { codeSpan } from '../../wording/code-span.js';
import { counted } from '../../wording/counted.js';
import { dbWords } from '../../wording/db-words.js';
import { figure } from '../../wording/numbers.js';
import type { Look } from '../renderer.js';
import { ensembleSection } from './ensemble-section.js';
import { classTable, knobTable } from './run-sections.js';
import type { Section } from './section.js';

/** A configuration as sections. */
export function trialSections(trial: TrialReport, look: Look): readonly Section[] {
  const { name, trialId, label, config, point, sweeps, runs, finished, ensemble } = trial;
  const head: Section = {
    heading: `Trial ${trialId}: ${label}, ${finished} of ${counted(runs.length, 'run')} finished`,
    table: knobTable(config, point),
    notes: [
      ...(name.includes('#') ? [`It is ${name}.`] : []),
      sweeps.length === 0 ? 'It is no longer part of any sweep.' : `Sweeps: ${sweeps.join(', ')}.`,
    ],
  };
  if (finished === 0) return [head, runSection(trial, look)];
  const together = ensemble === null ? [] : [ensembleSection(ensemble)];
  return [head, runSection(trial, look), ...together, classSection(trial)];
}

function runSection({ runs, epochChoice, config }: TrialReport, { db }: Look): Section {
  const epochs = `${epochWord([config])}s`;
  return {
    heading: 'Runs, on the validation rows',
    table: {
      columns: ['run', 'seed', 'state', ...USUAL_METRICS, epochs],
      rows: runs.map(({ runId, seed, state, epochsTrained, validation }) => [
        runId.slice(0, 8),
        seed,
        state,
        ...USUAL_METRICS.map((metric) => number(validation[metric])),
        epochsTrained,
      ]),
    },
    optional: [epochs, 'mcc', 'log_loss', 'balanced_accuracy', 'worst_recall'],
    notes: [
      ...endNotes(runs),
      `${codeSpan(`focalsweep show <run>${dbWords(db)}`)} shows the ${epochs} of a run.`,
      ...(epochChoice === null || epochChoice.warning === null ? [] : [epochChoice.warning]),
    ],
  };
}

/** Why runs have no result; those that a search has dropped together have one reason. */
function endNotes(runs: TrialReport['runs']): readonly string[] {
  const notes = runs.flatMap(({ runId, state, error }) => {
    if (error === null) return [];
    return [state === 'pruned' ? `Not trained any further: ${error}.` : `${runId} failed: ${error}`];
  });
  return [...new Set(notes)];
}

function number(value: number | null): string | null {
  return value === null ? null : figure(value);
}

function classSection({ classes }: TrialReport): Section {
  return {
    heading: 'Classes on the validation rows, mean over the finished runs',
    table: classTable(classes, 3),
    notes: [],
  };
}
