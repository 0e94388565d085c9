import type { Command } from '../command.js';
import { checkCommand } from './check.js';
import { clientCommand } from './client.js';
import { compareCommand } from './compare.js';
import { completionCommand } from './completion.js';
import { copyCommand } from './copy.js';
import { dataCommand } from './data.js';
import { deleteCommand } from './delete.js';
import { doctorCommand } from './doctor.js';
import { exportCommand } from './export.js';
import { fingerprintCommand } from './fingerprint.js';
import { importanceCommand } from './importance.js';
import { initCommand } from './init.js';
import { launchCommand } from './launch.js';
import { mergeCommand } from './merge.js';
import { planCommand } from './plan.js';
import { predictCommand } from './predict.js';
import { queryCommand } from './query.js';
import { renameCommand } from './rename.js';
import { reportCommand } from './report.js';
import { resumeCommand } from './resume.js';
import { retryCommand } from './retry.js';
import { showCommand } from './show.js';
import { stopCommand } from './stop.js';
import { suggestCommand } from './suggest.js';
import { sweepsCommand } from './sweeps.js';
import { trainCommand } from './train.js';
import { workerCommand } from './worker.js';

/** Every command, in the order in which a user meets them. */
export const COMMANDS: readonly Command[] = [
  initCommand,
  launchCommand,
  workerCommand,
  resumeCommand,
  retryCommand,
  trainCommand,
  stopCommand,
  planCommand,
  dataCommand,
  reportCommand,
  importanceCommand,
  queryCommand,
  compareCommand,
  suggestCommand,
  predictCommand,
  exportCommand,
  sweepsCommand,
  showCommand,
  clientCommand,
  completionCommand(() => COMMANDS),
  fingerprintCommand,
  checkCommand,
  mergeCommand,
  copyCommand,
  renameCommand,
  deleteCommand,
  doctorCommand,
];
