import type { LaunchedSpec } from '../../run/prepare/launched-spec.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import type { CommandOption } from '../command.js';
import { noteWarnings } from '../terminal/print.js';

/** What a launch adds to its spec. */
export const addOption = {
  type: 'string',
  repeats: true,
  describe:
    'Values to add to an axis of the spec, such as gamma=4,5, or trials=60 for so many drawn configurations in all; later launches keep what was added, and `none` forgets it',
} as const satisfies CommandOption;

/** The spec of `launch` and `plan`, and notes on what earlier launches added. Throws UserError. */
export async function specToLaunch(args: LaunchedSpec): Promise<SweepSpec> {
  const { readLaunchedSpec } = await import('../../run/prepare/launched-spec.js');
  const { spec, notes } = await readLaunchedSpec(args);
  noteWarnings(notes);
  return spec;
}
