import { EXIT, UserError } from '../../../errors.js';

/** An error that the server reported, or that broke the connection. */
export class ServerError extends Error {
  constructor(
    message: string,
    /** SQLSTATE, or a code of the system such as ECONNREFUSED. */
    readonly code: string,
  ) {
    super(message);
  }
}

/** The server shuts down, starts, or cannot be reached. */
const LOST =
  /^(57P0[1-5]|25P03|08...|E(CONN(REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN)|ENOENT|53300)$/;

/** Whether it helps to connect again. */
export function isLost(error: unknown): boolean {
  return error instanceof ServerError && LOST.test(error.code);
}

/** Codes for what has none of its own: no password where the server asks for one, and a file of a certificate that is not there. */
export const NO_PASSWORD = '28000';
export const UNREADABLE_FILE = 'EFILE';
/** A prepared statement gives other columns than before. */
export const CHANGED_TABLES = '0A000';

/** Whether the same transaction may succeed if it is run again: it could not be serialized, was in a deadlock, or tables were changed. */
export function isPassing(error: unknown): boolean {
  return error instanceof ServerError && ['40001', '40P01', CHANGED_TABLES].includes(error.code);
}

const EXPLANATIONS: readonly (readonly [codes: RegExp, what: string, fix: string])[] = [
  [
    /^28/,
    'the server does not let this user in',
    'Set PGPASSWORD, or write the password to ~/.pgpass; check the user in the URL and pg_hba.conf.',
  ],
  [/^3D000/, 'the server has no such database', 'Create it (createdb), or name another in the URL.'],
  [
    /^(42501|25006)/,
    'this user may not do that in the database',
    'Connect as a user who may, or grant it: see "Roles" in docs/database.md.',
  ],
  [/^55P03/, 'the database is locked by another program', 'Let it finish, then repeat the command.'],
  [/^(53|54)/, 'the server has no room or memory left', 'Make room on the server, then repeat the command.'],
  [
    /^(XX|58)/,
    'the server reports damage or a fault of its own',
    'See the log of the server; restore a backup if it is damaged.',
  ],
  [/^EFILE/, 'a file that the URL names cannot be read', 'Check sslrootcert, sslcert and sslkey in the URL.'],
  [
    /^ERR_TLS_CERT_ALTNAME/,
    'the certificate of the server is for another host',
    'Write the host in the URL as its certificate has it.',
  ],
  [
    /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|CERT_|ERR_TLS)/,
    'the certificate of the server cannot be trusted',
    'Name its authority with sslrootcert= in the URL; sslmode says what is verified.',
  ],
];

/** The UserError for an error of a server; others are bugs and are returned unchanged. */
export function explainServerError(error: unknown, where: string): unknown {
  if (!(error instanceof ServerError)) return error;
  if (isLost(error) || error.code === 'ENOTFOUND') {
    return new UserError(`the server cannot be reached: ${error.message}`, {
      where,
      fix: 'Check that it runs, and its host and port in the URL. What was recorded is kept: repeat the command when it is back.',
      exitCode: EXIT.database,
      cause: error,
    });
  }
  const explanation = EXPLANATIONS.find(([codes]) => codes.test(error.code));
  const [, what, fix] = explanation ?? [
    undefined,
    /does not support SSL/.test(error.message) ? 'the server has no TLS' : undefined,
    'Set up TLS on the server, or choose another sslmode in the URL.',
  ];
  if (what === undefined) return error;
  return new UserError(`${what}: ${error.message}`, { where, fix, exitCode: EXIT.database, cause: error });
}
