import { UserError } from '../../errors.js';
import { searchIdOf } from '../../plan/identity.js';
import type { RungDecision } from '../../search/decision.js';
import { parseSpec } from '../../spec/parse-spec.js';
import type { SweepReader } from '../../store/store.js';
import type { RaceFacts, RunRow, SweepDetail } from './facts.js';

/** What the search of the last launch decided at its rungs; null if it has none. */
export async function readRace(
  reader: SweepReader,
  sweep: SweepDetail,
  runs: readonly RunRow[],
): Promise<RaceFacts | null> {
  const search = searchOfSweep(sweep);
  if (search === null) return null;
  const decisions = await reader.decisions(sweep.name, search.id);
  const rungs = decisions
    .map(({ decision }) => decision as { readonly type?: unknown })
    .filter((decision): decision is RungDecision => decision.type === 'rung');
  if (rungs.length === 0) return null;
  const epochs = new Map<string, number>();
  const add = (trialId: string, own: number) => epochs.set(trialId, (epochs.get(trialId) ?? 0) + own);
  for (const { trialId, epochsTrained } of runs) add(trialId, epochsTrained);
  for (const run of await reader.progress(sweep.name)) add(run.trialId, run.epochs.length);
  return { rungs, epochs, seeds: search.seeds };
}

function searchOfSweep({
  specText,
  metric,
  dataset,
  engine,
  costs,
}: SweepDetail): { readonly id: string; readonly seeds: number } | null {
  try {
    const spec = parseSpec(specText);
    if (spec.stop.type === 'none') return null;
    const id = searchIdOf({ spec: { ...spec, metric }, dataset: dataset.fingerprint, engine, costs });
    return { id, seeds: spec.seeds.length };
  } catch (error) {
    // It was written for another version.
    if (!(error instanceof UserError)) throw error;
    return null;
  }
}
