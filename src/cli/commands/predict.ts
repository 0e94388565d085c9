import { UserError } from '../../errors.js';
import type { Model } from '../../model/model.js';
import { PREDICTION_FORMATS, type PredictionFormat } from '../../predict/output/prediction-writer.js';
import type { PredictionOutcome } from '../../predict/predict.js';
import { withCommas } from '../../wording/numbers.js';
import type { Command } from '../command.js';
import { dbOption, decideOption, RANK_FORMS, workersOption } from '../options/options.js';
import { note, noteWarnings, terminalWidth } from '../terminal/print.js';

interface PredictArgs {
  readonly model: string;
  readonly files: readonly string[];
  readonly sweep?: string;
  readonly decide?: string;
  readonly format: PredictionFormat;
  readonly out?: string;
  readonly probabilities: boolean;
  readonly labels?: string;
  readonly train: boolean;
  readonly workers?: number;
  readonly db: string;
}

/** `focalsweep predict`. */
export const predictCommand: Command = {
  usage: 'predict <model> <files..>',
  describe: 'Predict the classes of new rows with weights that a sweep kept, or with a model file',
  positionals: {
    model: {
      type: 'string',
      demandOption: true,
      describe: `Run, or configuration whose seeds predict together, by the mean of their probabilities: an id or the start of one, ${RANK_FORMS}; or a model file`,
    },
    files: {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'CSV files (also .gz) and Parquet files with the columns of training; - reads stdin',
    },
  },
  options: {
    sweep: { type: 'string', describe: 'Sweep of a rank; the latest by default' },
    decide: decideOption,
    format: { choices: PREDICTION_FORMATS, default: 'csv', describe: 'Output format' },
    out: { type: 'string', describe: 'File to write, whole or not at all; stdout by default' },
    probabilities: { type: 'boolean', default: false, describe: 'Also the probability of every class' },
    labels: { type: 'string', describe: 'Column with the true classes: also scores the predictions' },
    train: {
      type: 'boolean',
      default: false,
      describe: 'Train runs whose weights were not kept once more, to the same weights, and keep them',
    },
    workers: workersOption,
    db: dbOption,
  },
  async handler(args: PredictArgs): Promise<void> {
    const [{ findModel }, { inputFiles }, { predictionWriter }, { predictRows }] = await Promise.all([
      import('../prediction/find-model.js'),
      import('../prediction/input-files.js'),
      import('../prediction/output.js'),
      import('../../predict/predict.js'),
    ]);
    if (args.format === 'parquet' && args.out === undefined) {
      throw new UserError('a Parquet file is written to a file, not to stdout', {
        where: '--format parquet',
        fix: 'Add --out, for example --out predictions.parquet.',
      });
    }
    const { model, sweep } = await findModel(args);
    const files = await inputFiles(args.files);
    const writer = await predictionWriter(args, {
      classNames: model.classNames,
      probabilities: args.probabilities,
      files: files.length > 1,
    });
    const outcome = await predictRows({ model, files, writer, labels: args.labels });
    if (outcome.scores === undefined) noteWarnings(outcome.notes);
    else {
      const { seenRowsNotes } = await import('../prediction/seen-rows.js');
      const seen = sweep === undefined ? [] : await seenRowsNotes(sweep, files);
      await showScores({ ...outcome, notes: [...seen, ...outcome.notes] }, model, args.out !== undefined);
    }
    if (args.out !== undefined) note(`${withCommas(outcome.rows)} rows written to ${args.out}`);
  },
};

/** On stdout, unless the predictions are there. */
async function showScores(
  { scores, notes }: PredictionOutcome,
  { classNames, scoring }: Model,
  isStdoutFree: boolean,
): Promise<void> {
  if (scores === undefined) return;
  const [{ scoreReport }, { printView }, { render }] = await Promise.all([
    import('../../analysis/shown/score-report.js'),
    import('../terminal/print-view.js'),
    import('../../views/render.js'),
  ]);
  const tooMany = scores.isWithoutProbabilities
    ? ['Too many rows for the metrics of probabilities: score fewer at a time to see them.']
    : [];
  const report = scoreReport(scores.result, {
    classNames,
    rareClasses: scoring?.rareClasses ?? [],
    notes: [...notes, ...tooMany],
  });
  if (isStdoutFree) await printView('scores', report, { format: 'table' });
  else note(await render('scores', report, { format: 'table', width: terminalWidth(process.stderr) }));
}
