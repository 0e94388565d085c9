import { openStore } from '../../../store/open-store.js';
import { DIVERGED } from '../../../sweep.js';
import { counted } from '../../../wording/counted.js';
import { retryWords } from '../../terminal/next-commands.js';

const LISTED_FAILURES = 10;

/** The failed runs with their errors, and how to try them again. */
export async function failedRuns(db: string, sweep: string): Promise<string> {
  const reader = await openStore(db).reader();
  try {
    const { rows } = await reader.query({ sweep, where: 'state = failed', columns: ['run', 'error'] });
    return [
      `${counted(rows.length, 'run')} failed:`,
      ...rows.slice(0, LISTED_FAILURES).map(([run, error]) => `  ${run}  ${error}`),
      ...(rows.length > LISTED_FAILURES ? [`  … and ${rows.length - LISTED_FAILURES} more`] : []),
      whatNext(
        rows.map(([, error]) => String(error)),
        retryWords(db, sweep),
      ),
    ].join('\n');
  } finally {
    await reader.close();
  }
}

/** The same seed diverges again, bit for bit. */
function whatNext(errors: readonly string[], retry: string): string {
  const them = errors.length === 1 ? 'it' : 'them';
  const diverged = errors.filter((error) => error.startsWith(DIVERGED)).length;
  if (diverged === 0) return `Try ${them} again with: ${retry}`;
  const again = 'What diverged would diverge again: the report says what to change.';
  return diverged === errors.length ? again : `${again} Try the others again with: ${retry}`;
}
