import type { RowBootstrap } from '../metrics/noise/row-bootstrap.js';
import type { Advice } from './advice/advice.js';
import { advise } from './advice/advise.js';
import { sweepHistory } from './advice/sweep-history.js';
import { columnFindings } from './columns/column-views.js';
import type { SweepFacts } from './facts/facts.js';
import { confusionViews } from './findings/confusion-views.js';
import { decisionViews, thresholdViews } from './findings/decision-views.js';
import type { Findings } from './findings/findings.js';
import { knobLevels } from './findings/knob-levels.js';
import { detailed, learningCurves } from './findings/learning-curves.js';
import { freeFixVerdict, postHocResults } from './findings/post-hoc.js';
import { scoreViews } from './findings/score-views.js';
import { searchCourse } from './findings/search-course.js';
import { timeline } from './findings/timeline.js';
import { classMeans } from './ranking/class-recalls.js';
import { rank } from './ranking/rank.js';
import type { Scored } from './ranking/score-trials.js';
import { droppedBySearch } from './ranking/trial-results.js';
import { spaceGrids } from './spaces/space-grids.js';
import { spaceNames } from './spaces/space-names.js';

/** Everything that a report shows, computed once for every renderer. */
export interface SweepReport extends Findings {
  readonly advice: readonly Advice[];
}

/** Makes the report from the scores and the facts of a sweep. */
export async function sweepReport(
  scored: Scored,
  facts: SweepFacts,
  bootstrap?: RowBootstrap,
): Promise<SweepReport> {
  const ranking = await rank(scored, facts, bootstrap);
  const { sweep, configurations, baseline, challenger, shown } = ranking;
  const finalists = shown.map(({ configuration }) => configuration);
  const details = detailed(configurations, finalists);
  const names = spaceNames(facts.trials);
  const ranked = {
    configurations,
    dropped: droppedBySearch(facts),
    estimates: scored.estimates.ranked,
    metric: sweep.metric,
  };
  const postHoc = postHocResults(facts, configurations);
  const attempts = timeline(facts);
  const findings: Findings = {
    ...ranking,
    axes: knobLevels(configurations),
    grids: spaceGrids(names, ranked),
    columnImportance: columnFindings(facts.columnImportance, shown),
    curves: learningCurves(facts, details, sweep.metric),
    recalls: details.map(({ trialId, runs }) => ({ trialId, means: classMeans(facts.classScores, runs) })),
    confusions: confusionViews(facts, details),
    scores: scoreViews(facts, finalists.slice(0, 2)),
    decisions: decisionViews(facts, finalists),
    thresholds: thresholdViews(facts, finalists),
    postHoc,
    freeFix: freeFixVerdict({ postHoc, baseline, challenger, sweep }),
    timeline: attempts,
    course: searchCourse(configurations, attempts, sweep.metric),
  };
  return {
    ...findings,
    advice: advise(
      findings,
      names.map((space) => sweepHistory(facts, space)),
    ),
  };
}
