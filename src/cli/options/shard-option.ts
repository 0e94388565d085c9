import { UserError } from '../../errors.js';
import { parseShard, type Shard } from '../../spec/settings/shard.js';
import { DEFAULT_DB } from '../../wording/db-words.js';
import type { CommandOption } from '../command.js';
import { databaseFile, dbOption } from './options.js';

/** `--shard`. */
export const shardOption = {
  type: 'string',
  describe:
    'Train only this part of the runs, such as 2/3, into a file of its own, for `merge` to join; auto reads the part from the job array of Slurm, auto/8 also from an Indexed Job of Kubernetes',
} as const satisfies CommandOption;

/** `--db` of commands that take it. */
export const shardDbOption = {
  type: 'string',
  read: databaseFile,
  defaultDescription: `${DEFAULT_DB}, or with --shard a file of its own`,
  describe: dbOption.describe,
} as const satisfies CommandOption;

type Environment = Readonly<Record<string, string | undefined>>;

/** The shard that `--shard` says. Throws UserError. */
export function shardOf(text: string | undefined, environment: Environment = process.env): Shard | undefined {
  if (text === undefined) return undefined;
  const [, ofAll] = /^auto(?:\/(.*))?$/.exec(text) ?? [];
  if (!/^auto(\/|$)/.test(text)) return parseShard(text);
  const where = `--shard ${text}`;
  const { SLURM_ARRAY_TASK_ID: task, JOB_COMPLETION_INDEX: completion } = environment;
  if (task !== undefined) {
    const slurm = `SLURM_ARRAY_TASK_ID=${task}, ${where}`;
    return ofAll === undefined ? placeInArray(environment, slurm) : parseShard(`${task}/${ofAll}`, slurm);
  }
  if (completion === undefined) {
    throw new UserError('neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set', {
      where,
      fix: 'Write which of how many, such as --shard 2/3, or launch it in an array of jobs.',
    });
  }
  if (ofAll === undefined) {
    throw new UserError('Kubernetes does not tell a pod how many completions its Job has', {
      where,
      fix: 'Write the number of `completions` after it, such as --shard auto/8.',
    });
  }
  // Kubernetes counts from 0.
  return parseShard(`${Number(completion) + 1}/${ofAll}`, `JOB_COMPLETION_INDEX=${completion}, ${where}`);
}

/** The place of a task in an array that may begin anywhere and have a step, but no gaps. */
function placeInArray(environment: Environment, where: string): Shard {
  const [task, count, first, last, step] = ['ID', 'COUNT', 'MIN', 'MAX', 'STEP'].map((name) =>
    Number(environment[`SLURM_ARRAY_TASK_${name}`] ?? Number.NaN),
  ) as [number, number, number, number, number];
  const stride = Number.isNaN(step) ? 1 : step;
  const place = (task - first) / stride;
  const isWhole = Number.isInteger(place) && last === first + (count - 1) * stride;
  if (isWhole) return parseShard(`${place + 1}/${count}`, where);
  throw new UserError('the tasks of the array do not say which shards they are: it has gaps', {
    where,
    fix: 'Number the array from 1, and say how many shards there are in all: --array=1-8 with --shard auto/8.',
  });
}

/** What to tell of a launch in an array of jobs that trains the whole sweep; undefined anywhere else. */
export function unshardedNote(environment: Environment = process.env): string | undefined {
  const { SLURM_ARRAY_TASK_COUNT: count, JOB_COMPLETION_INDEX: completion } = environment;
  const isArray = count !== undefined && count !== '1';
  if (!isArray && completion === undefined) return undefined;
  const what = isArray ? `an array of ${count} Slurm tasks` : 'an Indexed Job of Kubernetes';
  return `this is one of ${what}, and without --shard each of them trains the whole sweep; --shard auto${isArray ? '' : '/n'} trains its part`;
}
