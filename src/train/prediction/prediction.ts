import type { SharedDataset } from '../../data/dataset.js';
import type { RowsEvaluation } from '../../loss/evaluation.js';
import type { ModelMember } from '../../model/model.js';

/** A model that is ready to compute, rows of a block at a time. */
export interface OpenModel {
  /** Rows of a block: what training evaluates at a time, since engines may give other bits for other numbers of rows. */
  readonly blockRows: number;
  /** Class of each row of a block, for `evaluate`. */
  readonly labels: Int32Array;
  readonly members: readonly OpenMember[];
  /** Sentences about members that another engine computes than the one that trained them. */
  readonly notes: readonly string[];
  close(): void;
}

/** A member of it. */
export interface OpenMember {
  readonly member: ModelMember;
  /** For a block: blockRows × features, row-major. Members that prepare rows alike share it. */
  readonly features: Float32Array;
  /** Of the first rows of the block: rows × classes, row-major. */
  logits(rows: number): Promise<Float32Array>;
  /** What they predict, and their losses without weights of classes. */
  evaluate(rows: number): Promise<RowsEvaluation>;
  close(): void;
}

/** What computes members of one kind: features and labels of a block as a dataset. */
export type OpenedMember = Omit<OpenMember, 'member' | 'features'> & { readonly engineId: string };

/** A block as engines see it: a dataset without splits, of `blockRows` rows. */
export type Block = SharedDataset;
