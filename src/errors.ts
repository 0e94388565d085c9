/** Process exit codes; 0 is success, 70 a bug, 74 an output that cannot be written. */
export const EXIT = {
  someRunsFailed: 1,
  usage: 2,
  backendMissing: 3,
  database: 4,
  bug: 70,
  output: 74,
  /** Stopped before all was trained, by a deadline: to be launched again. */
  launchAgain: 75,
} as const;

export interface UserErrorDetail {
  /** The place: `file:line:column`, a column name, an option. */
  readonly where?: string | undefined;
  /** What to do about it, as a sentence. */
  readonly fix?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly cause?: unknown;
}

/** A mistake that the user can fix: printed in one or two lines without a stack. */
export class UserError extends Error {
  readonly where: string | undefined;
  readonly fix: string | undefined;
  readonly exitCode: number;

  constructor(what: string, detail: UserErrorDetail = {}) {
    super(what, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'UserError';
    this.where = detail.where;
    this.fix = detail.fix;
    this.exitCode = detail.exitCode ?? EXIT.usage;
  }
}

/** The UserError for an error whose code or message says that no more files can be opened; undefined for any other. */
export function tooFewFileHandles(error: unknown): UserError | undefined {
  const said = error instanceof Error ? `${(error as NodeJS.ErrnoException).code} ${error.message}` : '';
  // Node 24 gives no code when it cannot read a package.json.
  if (!/\bE[MN]FILE\b|too many open files/.test(said)) return undefined;
  return new UserError('the limit of open files is too low', {
    fix: 'Raise it (ulimit -n 1024), or train with fewer --workers.',
    cause: error,
  });
}
