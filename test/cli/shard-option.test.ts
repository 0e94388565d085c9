import { describe, expect, test } from 'vitest';
import { shardOf, unshardedNote } from '../../src/cli/options/shard-option.js';
import { UserError } from '../../src/errors.js';
import { thrown } from '../thrown.js';

/** What Slurm sets in a task of an array. */
const task = (id: number, array: { min: number; max: number; count: number; step?: number }) => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(array.min),
  SLURM_ARRAY_TASK_MAX: String(array.max),
  SLURM_ARRAY_TASK_COUNT: String(array.count),
  SLURM_ARRAY_TASK_STEP: String(array.step ?? 1),
});

describe('--shard auto', () => {
  test.each([
    ['an array from 1', task(3, { min: 1, max: 8, count: 8 }), '3/8'],
    ['an array from 0', task(0, { min: 0, max: 7, count: 8 }), '1/8'],
    ['an array with a step', task(9, { min: 1, max: 13, count: 4, step: 4 }), '3/4'],
    ['an array of one', task(5, { min: 5, max: 5, count: 1 }), '1/1'],
  ])('is the place in %s', (_what, environment, wanted) => {
    const { index, count } = shardOf('auto', environment) ?? {};
    expect(`${index}/${count}`).toBe(wanted);
  });

  test('with a number takes the task of a part of an array, and the completion of a Job', () => {
    expect(shardOf('auto/8', task(3, { min: 3, max: 5, count: 2, step: 1 }))).toEqual({ index: 3, count: 8 });
    expect(shardOf('auto/8', { JOB_COMPLETION_INDEX: '0' })).toEqual({ index: 1, count: 8 });
    expect(shardOf('auto/8', { JOB_COMPLETION_INDEX: '7' })).toEqual({ index: 8, count: 8 });
  });

  test.each([
    ['an array with gaps', 'auto', task(3, { min: 1, max: 7, count: 3 }), 'it has gaps', '--shard auto/8'],
    ['a task without its array', 'auto', { SLURM_ARRAY_TASK_ID: '3' }, 'it has gaps', '--shard auto/8'],
    ['task 0 of n', 'auto/8', task(0, { min: 0, max: 7, count: 8 }), 'there is no shard 0 of 8', '2/3'],
    ['a Job without n', 'auto', { JOB_COMPLETION_INDEX: '3' }, 'does not tell', '--shard auto/8'],
    [
      'a Job with more completions',
      'auto/3',
      { JOB_COMPLETION_INDEX: '3' },
      'there is no shard 4 of 3',
      '2/3',
    ],
    ['neither', 'auto', {}, 'neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set', '--shard 2/3'],
    ['a word', 'auto/x', { JOB_COMPLETION_INDEX: '3' }, '"4/x" is no shard', '2/3'],
    ['nothing after the stroke', 'auto/', { JOB_COMPLETION_INDEX: '3' }, '"4/" is no shard', '2/3'],
    ['another word', 'automatic', {}, '"automatic" is no shard', '--shard auto'],
  ])('says what is wrong with %s', (_what, text, environment, message, fix) => {
    const error = thrown(() => shardOf(text, environment));
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: expect.stringContaining(message),
      where: expect.stringContaining(`--shard ${text}`),
      fix: expect.stringContaining(fix),
    });
  });
});

describe('a launch without --shard', () => {
  test('is told of an array of jobs that it is one of', () => {
    expect(unshardedNote(task(3, { min: 1, max: 8, count: 8 }))).toContain(
      'one of an array of 8 Slurm tasks',
    );
    expect(unshardedNote({ JOB_COMPLETION_INDEX: '0' })).toContain('an Indexed Job of Kubernetes');
  });

  test('is told nothing anywhere else', () => {
    expect(unshardedNote({})).toBeUndefined();
    expect(unshardedNote(task(5, { min: 5, max: 5, count: 1 }))).toBeUndefined();
    expect(shardOf(undefined, task(3, { min: 1, max: 8, count: 8 }))).toBeUndefined();
  });
});
