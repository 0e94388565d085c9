import type { Advice } from './advice/advice.js';
import { advise } from './advice/advise.js';
import { sweepHistory } from './advice/sweep-history.js';
import type { SweepFacts } from './facts/facts.js';
import { axisImportance } from './findings/axis-importance.js';
import { confusionChange, confusionViews } from './findings/confusion-views.js';
import { decisionViews, thresholdViews } from './findings/decision-views.js';
import type { Findings } from './findings/findings.js';
import { gridMaps } from './findings/grid-maps.js';
import { knobLevels } from './findings/knob-levels.js';
import { learningCurves, shownInCurves } from './findings/learning-curves.js';
import { freeFixVerdict, postHocResults } from './findings/post-hoc.js';
import { scoreViews } from './findings/score-views.js';
import { searchCourse } from './findings/search-course.js';
import { timeline } from './findings/timeline.js';
import { type RankingDraws, rank } from './ranking/rank.js';
import { present } from './ranking/trial-results.js';

/** Everything that a report shows, computed once for every renderer. */
export interface SweepReport extends Findings {
  readonly advice: readonly Advice[];
}

/** Makes the report from the facts of a sweep. */
export function sweepReport(facts: SweepFacts, drawn?: RankingDraws): SweepReport {
  const { ranking, estimates } = rank(facts, drawn);
  const { sweep, configurations, baseline, challenger } = ranking;
  const axes = knobLevels(configurations);
  const importance = axisImportance(configurations, estimates.ranked, sweep.metric);
  const shown = present([baseline, challenger]);
  const confusions = confusionViews(facts, shown);
  const postHoc = postHocResults(facts, configurations);
  const attempts = timeline(facts);
  const findings: Findings = {
    ...ranking,
    axes,
    importance,
    maps: gridMaps(configurations, axes, importance),
    curves: learningCurves(facts, shownInCurves(configurations, baseline)),
    confusions,
    confusionChange: confusionChange(confusions),
    scores: scoreViews(facts, shown),
    decisions: decisionViews(facts, shown),
    thresholds: thresholdViews(facts, shown),
    postHoc,
    freeFix: freeFixVerdict({ postHoc, baseline, challenger }),
    timeline: attempts,
    course: searchCourse(configurations, attempts, sweep.metric),
  };
  return { ...findings, advice: advise(findings, sweepHistory(facts)) };
}
