import { models } from './015-models.js';
import { epochChecksums } from './016-epoch-checksums.js';
import { offers } from './017-offers.js';
import { epochCosts } from './018-epoch-costs.js';
import { scoreDraws } from './019-score-draws.js';
import { initial } from './first/001-initial.js';
import { nothingLost } from './first/002-nothing-lost.js';
import { logits } from './first/003-logits.js';
import { environment } from './first/004-environment.js';
import { corrections } from './first/005-corrections.js';
import { configurations } from './first/006-configurations.js';
import { sharedSweeps } from './first/007-shared-sweeps.js';
import { probabilities } from './second/008-probabilities.js';
import { seedSplits } from './second/009-seed-splits.js';
import { sweepChoices } from './second/010-choices.js';
import { expectedCosts } from './second/011-expected-costs.js';
import { sweepSpaces } from './second/012-spaces.js';
import { columnImportance } from './second/013-column-importance.js';
import { programs } from './second/014-programs.js';

/** Migrations from schema n to n + 1, in order; a released one never changes. */
export const MIGRATIONS: readonly string[] = [
  initial,
  nothingLost,
  logits,
  environment,
  corrections,
  configurations,
  sharedSweeps,
  probabilities,
  seedSplits,
  sweepChoices,
  expectedCosts,
  sweepSpaces,
  columnImportance,
  programs,
  models,
  epochChecksums,
  offers,
  epochCosts,
  scoreDraws,
];

/** The schema that this program reads and writes; kept as SQLite's user_version. */
export const SCHEMA_VERSION = MIGRATIONS.length;
