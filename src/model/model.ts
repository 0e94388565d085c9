import type { CostMatrix, Metric } from '../metric.js';
import type { DataSpec } from '../spec/data-spec.js';
import type { Activation, TrialConfig } from '../sweep.js';
import type { Preparation } from './preparation.js';

/** A trained model as plain data: a raw row in, a probability for each class out. */
export interface Model {
  /** The fixed label set, by class index; that of every member. */
  readonly classNames: readonly string[];
  /** One for each seed, at least one: the model's probabilities are the mean of theirs. */
  readonly members: readonly ModelMember[];
  /** How files were read into the raw rows that it was trained on; without it, files are read as by a spec that says nothing. */
  readonly reading?: TableReading;
  /** What its metrics depend on beside rows; without it, none is rare. */
  readonly scoring?: ModelScoring;
  /** How it chooses a class; without it, the most probable. */
  readonly decision?: ClassDecision;
}

/** How a class follows from a row's probabilities p, which it does not change; of equal ones the lowest class. */
export type ClassDecision = OffsetDecision | ThresholdDecision | CostDecision;

/** The arg-max of log p + offset. */
export interface OffsetDecision {
  readonly kind: 'offsets';
  /** As reports say it. */
  readonly name: string;
  /** By class, in nats. */
  readonly offsets: readonly number[];
}

/** One class where its probability is at least the threshold; elsewhere the most probable other class. */
export interface ThresholdDecision {
  readonly kind: 'threshold';
  readonly name: string;
  readonly classIndex: number;
  readonly threshold: number;
}

/** The class of the least expected cost under softmax(log p / temperature + offsets). */
export interface CostDecision {
  readonly kind: 'costs';
  readonly name: string;
  readonly temperature: number;
  readonly offsets: readonly number[];
  /** By true class and predicted class. */
  readonly costs: CostMatrix;
}

/** How predictions of labelled rows are scored, as in the sweep. */
export interface ModelScoring {
  /** Class indices that `rare_recall` averages over. */
  readonly rareClasses: readonly number[];
  /** That of the sweep. The weights of a run are kept without costs, which are another matter of each sweep. */
  readonly metric: Metric;
}

/** What a spec says about reading files, and the label column. */
export type TableReading = Pick<DataSpec, 'delimiter' | 'header' | 'names' | 'decimal' | 'missing_values'> & {
  readonly label?: string | undefined;
};

/** The model of one run. With a split for each seed, members prepare rows in different ways. */
export interface ModelMember {
  readonly runId: string;
  readonly seed: number;
  /** The id of the trainer, which says whose bits its logits have. */
  readonly trainerId: string;
  readonly config: TrialConfig;
  readonly preparation: Preparation;
  readonly predictor: Predictor;
}

/** What turns features into logits; their softmax is the probabilities. */
export type Predictor = NetworkPredictor | TreesPredictor;

/** Dense layers, first to last, in float32. */
export interface NetworkPredictor {
  readonly kind: 'network';
  readonly activation: Activation;
  readonly layers: readonly WeightedLayer[];
}

/** A dense layer: inputs · weights + bias, with what happens before and after. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** Its input: what the layer below gives, or the trunk after layer normalisation, which is then perhaps activated. */
  readonly input: 'as given' | 'normalised' | 'normalised and activated';
  /** Its sums: activated and dropped out; dropped out and added to the trunk; or plain: logits, and what begins the trunk. */
  readonly sums: 'activated' | 'added' | 'plain';
}

/** A layer with its weights. */
export interface WeightedLayer extends Layer {
  /** inputs × outputs, row-major. */
  readonly weight: Float32Array;
  /** By output. */
  readonly bias: Float32Array;
  /** Of the normalisation, by input; absent where the input is as given. */
  readonly normalisation?: { readonly scale: Float32Array; readonly shift: Float32Array };
}

/** Boosted trees: the logit of a class is its initial score plus the leaves of its trees, added in float32 in the order of rounds. */
export interface TreesPredictor {
  readonly kind: 'trees';
  /** By class. */
  readonly initial: Float32Array;
  /** By round, a tree for each class, or one for all. */
  readonly rounds: readonly (readonly ModelTree[])[];
}

/** To which classes the leaves of a tree add: its own, told by its place among all trees, or all. */
export function classesOfTree(
  { feature, value }: Pick<ModelTree, 'feature' | 'value'>,
  place: number,
  classes: number,
): { readonly first: number; readonly count: number } {
  const count = value.length / feature.length;
  return { first: count === 1 ? place % classes : 0, count };
}

/** A tree by node; node 0 is its root. */
export interface ModelTree {
  /** The feature that decides, or −1 for a leaf. */
  readonly feature: Int32Array;
  /** A number goes left if it is at most this. Unused at leaves and at nodes with `categories`. */
  readonly threshold: Float32Array;
  /** 1 where NaN goes left, else 0; at a node with `categories`, so does a code that none of the training rows had. */
  readonly missingLeft: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** What a leaf adds to its class; in a tree of all classes, by node what it adds to each of them. */
  readonly value: Float32Array;
  /** By node, the codes of categories that go left; all others but NaN go right. Only for nodes that decide by categories. */
  readonly categories: ReadonlyMap<number, readonly number[]>;
}
