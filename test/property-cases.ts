// How many cases a property is tried with. `test/endurance/properties.mjs` sets PROPERTY_CASES for all of them and counts, through
// PROPERTY_LOG, what really ran; this file is then a set-up file of vitest.
import { appendFileSync } from 'node:fs';
import fc from 'fast-check';

const { PROPERTY_CASES: wanted, PROPERTY_LOG: log } = process.env;

/** The usual number of cases, or that of the long mode. */
export function cases(usual: number): number {
  return wanted === undefined ? usual : Number(wanted);
}

if (wanted !== undefined) {
  fc.configureGlobal({
    numRuns: Number(wanted),
    reporter(run) {
      if (log !== undefined) appendFileSync(log, `${run.numRuns}\n`);
      if (run.failed) throw new Error(String(fc.defaultReportMessage(run)), { cause: run.errorInstance });
    },
  });
}
