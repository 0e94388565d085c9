import { UserError } from '../../errors.js';
import type { CommandOption } from '../command.js';

/** `--deadline`. */
export const deadlineOption = {
  type: 'string',
  describe:
    'When to stop, such as 55m, 1h30m or 2026-12-24T18:00: runs in training save a checkpoint, and exit code 75 says that it is to be launched again',
} as const satisfies CommandOption;

const UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const;
const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:?\d\d)?$/;

/** The deadline that `--deadline` says, in ms since 1970; a duration begins now. Throws UserError. */
export function deadlineOf(text: string | undefined, nowMs = Date.now()): number | undefined {
  if (text === undefined) return undefined;
  const at = TIME.test(text) ? Date.parse(text) : nowMs + durationMs(text);
  const mistake = Number.isNaN(at) ? 'is no time' : at <= nowMs ? 'is over already' : undefined;
  if (mistake === undefined) return at;
  throw new UserError(`"${text}" ${mistake}`, {
    where: '--deadline',
    fix: 'Write how long the launch may take, such as 55m or 1h30m, or a time, such as 2026-12-24T18:00 or 2026-12-24T18:00Z.',
  });
}

function durationMs(text: string): number {
  const parts = DURATION.exec(text);
  if (parts === null || text === '') return Number.NaN;
  const units = Object.values(UNITS_MS);
  return parts.slice(1).reduce((sum, digits, at) => sum + Number(digits ?? 0) * (units[at] ?? 0), 0);
}
