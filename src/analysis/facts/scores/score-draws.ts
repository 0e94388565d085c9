import type { ScoredMetric } from '../../../metric.js';
import { RESAMPLE_SEED } from '../../../metrics/noise/bootstrap.js';
import type { DrawnScores } from '../../../metrics/noise/scores/drawn-scores.js';
import { scoreBootstrap, scoreDrawCount } from '../../../metrics/noise/scores/score-bootstrap.js';
import { storedProbabilities } from '../../../metrics/score-curves.js';
import type { RunRow, SweepReader } from '../../../store/store.js';
import type { ScoreDraws } from '../../../sweep.js';
import type { SweepDetail } from '../facts.js';
import { groupsOfRows } from '../seed-rows.js';

/** Whose draws are wanted, and of what. */
interface WantedDraws {
  readonly sweep: Pick<SweepDetail, 'dataset' | 'metric'>;
  readonly runs: readonly RunRow[];
  readonly split: 'validation' | 'test';
  readonly metrics: readonly ScoredMetric[];
}

/** What was drawn of these metrics, with the scores of the classes; nothing where nothing asks for it. */
export async function readDrawnScores(reader: SweepReader, wanted: WantedDraws): Promise<DrawnScores> {
  const draws = await readDraws(reader, wanted);
  const ids = runIdsOf(wanted);
  return { draws, classes: draws.size === 0 ? new Map() : await reader.classMetrics(ids, wanted.split) };
}

/** By run id, the metrics in draws that were made when the run was measured, or are made now by stored logits. */
export async function readDraws(
  reader: SweepReader,
  wanted: WantedDraws,
): Promise<ReadonlyMap<string, ScoreDraws>> {
  const { runs, split, metrics } = wanted;
  if (metrics.length === 0) return new Map();
  const recorded = await reader.scoreDraws(runIdsOf(wanted), split);
  const isMissing = (name: ScoredMetric): boolean =>
    runs.some(({ runId, validation }) => !(Number.isNaN(validation[name]) || recorded.get(runId)?.has(name)));
  const drawn = await drawByLogits(reader, { ...wanted, metrics: metrics.filter(isMissing) });
  const merged = [...drawn].map(
    ([runId, own]) => [runId, new Map([...(recorded.get(runId) ?? []), ...own])] as const,
  );
  return new Map([...recorded, ...merged]);
}

function runIdsOf({ runs }: WantedDraws): readonly string[] {
  return runs.map(({ runId }) => runId);
}

/** Rows of classes × draws of all runs, about twenty seconds. */
const MOST_RANKED = 2e10;

/** Nothing where a run that has these metrics has no logits: rows are drawn for all runs or for none. Nor where it would take long. */
async function drawByLogits(
  reader: SweepReader,
  { sweep, runs, split, metrics }: WantedDraws,
): Promise<ReadonlyMap<string, ScoreDraws>> {
  const scored = runs.filter(({ validation }) => metrics.some((name) => !Number.isNaN(validation[name])));
  const { dataset, metric } = sweep;
  const { validationLabels, testLabels, validationRows, classNames } = dataset;
  const classCount = classNames.length;
  const [validating = validationLabels] = validationRows?.values() ?? [];
  const draws = scoreDrawCount(Math.max(validating.length, testLabels.length), classCount);
  if (scored.length * draws * validating.length * classCount > MOST_RANKED) return new Map();
  // Asked of all first: reading takes less than drawing for nothing.
  for (const { runId } of scored) if ((await reader.logits(runId, split)) === null) return new Map();
  const labels = dataset[`${split}Labels`];
  const groups = groupsOfRows(dataset, split);
  const drawn = new Map<string, ScoreDraws>();
  for (const { runId, seed } of scored) {
    const logits = (await reader.logits(runId, split)) ?? new Uint16Array();
    const rows = split === 'validation' ? validationRows?.get(seed) : undefined;
    const measured = { labels, classCount, groups, rows, metric };
    const options = { draws, seed: RESAMPLE_SEED };
    const [own] = scoreBootstrap(measured, [storedProbabilities(logits, classCount)], metrics, options);
    if (own !== undefined) drawn.set(runId, own);
  }
  return drawn;
}
