/** Process exit codes; 0 is done, 70 a bug. */
export const EXIT = { someRunsFailed: 1, usage: 2, backendMissing: 3, database: 4, bug: 70 } as const;

export interface UserErrorDetail {
  /** The place: `file:line:column`, a column name, an option. */
  readonly where?: string | undefined;
  /** What to do about it, as a sentence. */
  readonly fix?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly cause?: unknown;
}

/** A mistake that the user can mend: printed in one or two lines without a stack. */
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
