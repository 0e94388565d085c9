import { buildTrained } from '../../analysis/analysis.js';
import { EXIT } from '../../errors.js';
import { onlyTrial } from '../../run/train-configuration.js';
import { settledSpec } from '../../spec/settings/settled-spec.js';
import { noteWarnings } from '../terminal/print.js';
import { printView } from '../terminal/print-view.js';
import { followTraining, prepareConfiguration, type SessionWork, writeModel } from './train-session.js';

/** Trains one configuration with one seed, and shows what became of it. */
export const trainSeed: SessionWork = async (given, settings, session) => {
  const { args } = session;
  const seed = args.seed ?? given.seeds[0] ?? 1;
  const prepared = await prepareConfiguration(settledSpec(given, settings), [seed], session);
  noteWarnings(prepared.plan.warnings);
  const outcome = await followTraining(prepared, session);
  if (outcome === null) return;
  if (outcome.failed > 0) process.exitCode = EXIT.someRunsFailed;
  const { trialId } = onlyTrial(prepared.plan);
  const run = prepared.plan.runs.find((own) => own.trialId === trialId);
  if (run === undefined) throw new RangeError('the plan has no run');
  await printView('trained', await buildTrained(outcome.reader, run.runId), { format: args.format });
  if (outcome.failed === 0) await writeModel(outcome.reader, [run.runId], args.out);
};
