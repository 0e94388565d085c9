import type { Connection } from '../connection.js';
import { forgetLogits, runsWithDamagedLogits } from '../integrity/kept-logits.js';
import { forgetLog, runsWithDamagedLogs } from './logs.js';
import { forgetModel, runsWithDamagedModels } from './models.js';

interface KeptKind {
  readonly what: 'logits' | 'model' | 'log';
  /** The runs where it is damaged, or those among some. */
  readonly damaged: (connection: Connection, among?: readonly string[]) => readonly string[];
  readonly forget: (connection: Connection, runId: string) => void;
}

/** What is kept as bytes beside results, by table: it can be damaged while the result is whole. */
export const KEPT_BESIDE = {
  models: { what: 'model', damaged: runsWithDamagedModels, forget: forgetModel },
  logits: {
    what: 'logits',
    damaged: runsWithDamagedLogits,
    forget: (connection, runId) => forgetLogits(connection, [runId]),
  },
  run_logs: { what: 'log', damaged: runsWithDamagedLogs, forget: forgetLog },
} as const satisfies { readonly [table: string]: KeptKind };
