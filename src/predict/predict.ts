import type { CellSink } from '../data/columns/cell-sink.js';
import { readFiles } from '../data/read/read-source.js';
import type { SourceFile } from '../data/read/source-files.js';
import { noRows } from '../data/read/table-collector.js';
import { UserError } from '../errors.js';
import type { Model } from '../model/model.js';
import { openModel } from '../train/prediction/open-model.js';
import type { OpenModel } from '../train/prediction/prediction.js';
import { predictBlock, scoreBlock } from './block-predictor.js';
import { LabelScores, type RowScores } from './label-scores.js';
import type { PredictionWriter } from './output/prediction-writer.js';
import { type RowEncoder, rowEncoder } from './rows/encode-rows.js';
import type { GrowingCells } from './rows/growing-cells.js';
import { type RawRows, RowBlocks } from './rows/row-blocks.js';
import { CategoryCells, LabelCells, NumberCells } from './rows/row-cells.js';

/** What is to be predicted, and where it goes. */
export interface PredictionRequest {
  readonly model: Model;
  readonly files: readonly SourceFile[];
  readonly writer: PredictionWriter;
  /** The column with the true classes, to score the predictions. */
  readonly labels?: string | undefined;
}

/** What became of it. */
export interface PredictionOutcome {
  readonly rows: number;
  /** Sentences about engines, the decision, and rows unlike those of training. */
  readonly notes: readonly string[];
  /** Where there are labels. */
  readonly scores?: RowScores;
}

/**
 * Reads rows of files, predicts them block by block, and writes what they are in their order. Memory holds a few blocks; with labels,
 * their predictions too. Throws UserError, with the place, for rows that the model cannot take; the writer is then abandoned.
 */
export async function predictRows(request: PredictionRequest): Promise<PredictionOutcome> {
  const { model, files, writer, labels } = request;
  const open = await openModel(model);
  const prediction = new Prediction(model, open, { writer, labels });
  const { reading = {} } = model;
  try {
    const layout = { ...reading, optionalName: labels === undefined ? reading.label : undefined };
    await readFiles(files, layout, prediction.blocks);
    await prediction.blocks.finish();
    if (prediction.rows === 0) {
      throw noRows(files[0]?.shownAs ?? '', 'Give a file that has rows to predict below its header.');
    }
    await writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  } finally {
    open.close();
  }
  return prediction.outcome();
}

/** Rows on their way through a model. */
class Prediction {
  readonly blocks: RowBlocks;
  rows = 0;
  readonly #cells: ReadonlyMap<string, GrowingCells & CellSink>;
  readonly #labelCells: LabelCells | undefined;
  /** By the features that they write. */
  readonly #encoders = new Map<Float32Array, RowEncoder>();
  readonly #scores: LabelScores | undefined;
  readonly #decision: Model['decision'];

  constructor(
    { classNames, reading = {}, ...model }: Model,
    private readonly open: OpenModel,
    private readonly to: Pick<PredictionRequest, 'writer' | 'labels'>,
  ) {
    this.#decision = model.decision;
    const columns = model.members.flatMap(({ preparation }) => preparation.columns);
    const cells = new Map<string, GrowingCells & CellSink>();
    // The cells tell places by the reader's position, which is that of the blocks.
    this.blocks = new RowBlocks(cells, open.blockRows, (block) => this.#use(block));
    const categories = new Map<string, readonly string[]>();
    for (const own of columns) {
      if (own.kind === 'categorical') {
        categories.set(own.column, [...new Set([...(categories.get(own.column) ?? []), ...own.categories])]);
      }
    }
    for (const own of columns) {
      if (cells.has(own.column)) continue;
      const source = { column: own.column, cursor: this.blocks.cursor, reading };
      cells.set(
        own.column,
        own.kind === 'numeric'
          ? new NumberCells(source, own.notation)
          : new CategoryCells(source, categories.get(own.column) ?? []),
      );
    }
    this.#cells = cells;
    for (const { member, features } of open.members) {
      this.#encoders.set(features, rowEncoder(member.preparation, { cells, categories }));
    }
    if (to.labels === undefined) return;
    if (cells.has(to.labels)) throw labelIsFeature(to.labels);
    const source = { column: to.labels, cursor: this.blocks.cursor, reading };
    this.#labelCells = new LabelCells(source, classNames);
    cells.set(to.labels, this.#labelCells);
    this.#scores = new LabelScores({ classNames, reading, ...model });
  }

  outcome(): PredictionOutcome {
    const unseen = [...this.#cells].flatMap(([column, cells]) =>
      cells instanceof CategoryCells && cells.unseen > 0 ? [`${column} (${cells.unseen})`] : [],
    );
    const notes = [
      ...this.open.notes,
      ...(this.#decision === undefined
        ? []
        : [`Classes are decided by ${this.#decision.name}; probabilities are those of the model.`]),
      ...(unseen.length > 0
        ? [`Categories that no training row had count as unknown, in rows of ${unseen.join(', ')}.`]
        : []),
    ];
    return { rows: this.rows, notes, ...(this.#scores && { scores: this.#scores.finish() }) };
  }

  async #use(block: RawRows): Promise<void> {
    const { from, rows } = block;
    for (const [features, encode] of this.#encoders) {
      encode(block, features, (row) => this.blocks.placeOf(row));
    }
    const predicted = await predictBlock(this.open, rows, this.#decision);
    if (this.#labelCells !== undefined) {
      this.open.labels.set(this.#labelCells.values.subarray(from, from + rows));
      this.#scores?.add(await scoreBlock(this.open, rows, predicted));
    }
    this.rows += rows;
    await this.to.writer.write({ ...predicted, rows, fileOf: (row) => this.blocks.fileOf(from + row) });
  }
}

function labelIsFeature(column: string): UserError {
  return new UserError(`"${column}" is a column that the model predicts from, so it cannot be its label`, {
    where: '--labels',
    fix: 'Name the column with the true classes.',
  });
}
