import type { MetricValues, RunState } from '../sweep.js';
import type { StoreEvent } from './events.js';
import type { RecordedDecision } from './reader.js';
import type { SweepRecord } from './sweep-record.js';

/** Which runs a writer would like to train. */
export interface ClaimRequest {
  readonly sweep: string;
  /** Run ids, the most wanted first. */
  readonly runs: readonly string[];
  readonly most: number;
  /** How long the claims hold without a sign of life. */
  readonly leaseMs: number;
}

/** The right to train a run. */
export interface Claim {
  readonly runId: string;
  /** Fencing token: a later claim of the run has a larger one. */
  readonly token: number;
}

/**
 * Writes sweeps. One writer holds a sweep; others may join it and train what they claim. Every method is one durable transaction,
 * and a call that is refused writes nothing.
 */
export interface SweepWriter {
  /**
   * Takes hold of the sweep, records a launch with its plan, and gives back the state of each of its runs. A sweep of that name
   * gets the trials of this plan in place of its own, and results of runs that stay are kept. Throws UserError when the name
   * belongs to another dataset, or while another living process holds the sweep.
   */
  open(sweep: SweepRecord): Promise<ReadonlyMap<string, RunState>>;
  /** Adds the trials and runs of the record to a sweep that this writer holds; gives back the state of each of its runs. */
  extend(sweep: SweepRecord): Promise<ReadonlyMap<string, RunState>>;
  /** Takes part in a sweep that another writer holds: claims runs, and records what it claimed. */
  join(sweep: string): Promise<void>;
  /** Failed attempts of the sweep's runs since they were last set back, by run id; runs without any are left out. */
  failures(sweep: string): Promise<ReadonlyMap<string, number>>;
  /** Validation metrics of the sweep's finished runs by run id. */
  scores(sweep: string): Promise<ReadonlyMap<string, MetricValues>>;
  /** What the search decided so far, in order of step. */
  decisions(sweep: string, search: string): Promise<readonly RecordedDecision[]>;
  /**
   * Claims, in the order given, runs of a sweep that this writer holds or joined, unless they are finished, given up, or claimed
   * by another writer. One that was pruned is claimed like one that waits.
   */
  claim(request: ClaimRequest): Promise<readonly Claim[]>;
  /**
   * Applies events in order. Throws UserError, and writes nothing, where another process has taken a sweep over or has claimed
   * one of the runs since.
   */
  record(events: readonly StoreEvent[]): Promise<void>;
  /** Gives a sign of life, which renews claims, and says whether somebody asked to stop. Throws UserError like `record`. */
  beat(): Promise<'go on' | 'stop'>;
  /** Lets the sweeps and the claims go. */
  close(): Promise<void>;
}
