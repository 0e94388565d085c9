import { UserError } from '../../errors.js';
import { readSpec } from '../../spec/parse-spec.js';
import { additionsIn, extendedSpec } from '../../spec/settings/additions.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import { ofRecordedSweep } from './earlier-launch.js';

/** What a launch is given. */
export interface LaunchedSpec {
  readonly spec: string;
  readonly db: string;
  /** What to add to the file, such as `gamma=4,5`; `none` forgets what earlier launches added. */
  readonly add: readonly string[];
}

/**
 * The spec of a launch: its file, what earlier launches of the sweep added, and what this one adds; with what to tell of the earlier
 * ones. Throws UserError.
 */
export async function readLaunchedSpec({
  spec: file,
  db,
  add,
}: LaunchedSpec): Promise<{ readonly spec: SweepSpec; readonly notes: readonly string[] }> {
  const own = readSpec(file);
  const recorded = await ofRecordedSweep(db, own.name, (_, reader) => reader.sweep(own.name));
  const written = additionsIn(own.text);
  const earlier = additionsIn(recorded?.specText ?? '').filter((text) => !written.includes(text));
  if (add.includes(FORGET)) {
    const others = add.filter((text) => text !== FORGET);
    return {
      spec: extendedSpec(own, others),
      notes: earlier.map((text) => `without ${text}, which was added`),
    };
  }
  const { spec, notes } = withEarlier(own, earlier);
  return { spec: extendedSpec(spec, add), notes };
}

const FORGET = 'none';

/** What was added once stays, unless the file has changed so that it cannot. */
function withEarlier(own: SweepSpec, earlier: readonly string[]) {
  const notes: string[] = [];
  let spec = own;
  for (const text of earlier) {
    try {
      spec = extendedSpec(spec, [text]);
      notes.push(`with ${text}, which was added to the sweep; --add none forgets it`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      notes.push(`without ${text}, which was added to the sweep: ${error.message}`);
    }
  }
  return { spec, notes };
}
