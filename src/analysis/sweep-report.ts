import { advise } from './advice/advice.js';
import { sweepHistory } from './advice/sweep-history.js';
import type { SweepFacts } from './facts/facts.js';
import { axisImportance } from './findings/axis-importance.js';
import { confusionViews } from './findings/confusion-views.js';
import { learningCurves, shownInCurves } from './findings/learning-curves.js';
import { postHocResults } from './findings/post-hoc.js';
import { timeline } from './findings/timeline.js';
import { rank } from './ranking/ranking.js';
import { present } from './ranking/trial-results.js';
import type { SweepReport } from './report.js';

/** The report that follows from the facts of a sweep. */
export function sweepReport(facts: SweepFacts): SweepReport {
  const { ranking, estimates } = rank(facts);
  const { sweep, configurations, baseline, challenger } = ranking;
  const findings = {
    ...ranking,
    importance: axisImportance(configurations, estimates.ranked, sweep.metric),
    curves: learningCurves(facts, shownInCurves(configurations, baseline)),
    confusions: confusionViews(facts, present([baseline, challenger])),
    postHoc: postHocResults(facts, configurations),
    timeline: timeline(facts),
  };
  return { ...findings, advice: advise(findings, sweepHistory(facts)) };
}
