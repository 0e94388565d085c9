import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, UserError } from '../errors.js';
import { didYouMean } from '../wording/did-you-mean.js';

/** Where the tables are. */
export interface ServerAddress {
  /** For `pg`: without the schema, and never with a password. */
  readonly url: string;
  readonly schema: string;
  /** As the user wrote it, for messages. */
  readonly shown: string;
}

const SCHEMA = 'focalsweep';
const VERIFIED = /^(prefer|require|verify-ca)$/;

/**
 * Reads `postgres://user@host:port/database?schema=…`. Throws UserError if it has a password, which every user of the machine could
 * read, or several hosts.
 */
export function serverAddress(written: string): ServerAddress {
  const url = written.replace(/^\w+/, (scheme) => scheme.toLowerCase());
  const [place = '', options = ''] = url.split(/\?(.*)/s);
  const parameters = new URLSearchParams(options);
  const [, secret] = /^\w+:\/\/[^/@]*?(?::([^@]*))?@/.exec(place) ?? [];
  if (secret !== undefined || parameters.has('password')) {
    throw new UserError(
      'the URL of the server has a password in it, which the list of processes shows to every user',
      {
        where: withoutPassword(url),
        fix: 'Leave it out of the URL: set PGPASSWORD, or write it to ~/.pgpass.',
        exitCode: EXIT.usage,
      },
    );
  }
  const [, hosts = ''] = /^\w+:\/\/(?:[^/@]*@)?([^/]*)/.exec(place) ?? [];
  if (hosts.includes(',') || parameters.get('host')?.includes(',')) {
    throw new UserError('the URL of the server names several hosts', {
      where: url,
      fix: 'Name one. For a failover, let its name or address move with the server that takes over.',
      exitCode: EXIT.usage,
    });
  }
  const schema = parameters.get('schema') ?? SCHEMA;
  parameters.delete('schema');
  // `pg` verifies as much for them, but warns at length that this may change.
  if (VERIFIED.test(parameters.get('sslmode') ?? '')) parameters.set('sslmode', 'verify-full');
  const rest = parameters.toString();
  return { url: rest === '' ? place : `${place}?${rest}`, schema, shown: url };
}

/** Whether a URL names a PostgreSQL server. */
export function isServerUrl(url: string): boolean {
  return /^postgres(ql)?:\/\//i.test(url);
}

/** The name of a store in memory; undefined for any other. */
export function memoryName(url: string): string | undefined {
  return /^memory:(.*)$/is.exec(url)?.[1];
}

const KINDS = ['file', 'memory', 'postgres', 'postgresql'];
/** Databases and places that nobody means as the beginning of a file's name. */
const OTHER_KINDS =
  /^(postgres(ql)?|sqlite3?|mysql|mariadb|mssql|mongodb|redis|duckdb|jdbc|odbc|ftp|https?|s3|gs):/i;

/**
 * The path of a database, with or without `file:`; it may be relative in both cases. Throws UserError for a URL of another kind, which
 * would become a file with its name, password included. A path with a colon, or with the letter of a drive, is none.
 */
export function filePathOf(url: string): string {
  if (/^file:/i.test(url))
    return url.startsWith('//', 'file:'.length) ? pathOfUrl(url) : url.slice('file:'.length);
  if (!/^[a-z][a-z\d+.-]+:\/\//i.test(url) && !OTHER_KINDS.test(url)) return url;
  const scheme = url.slice(0, url.indexOf(':'));
  throw new UserError(
    `"${scheme}:" is no kind of database that results can be kept in.${didYouMean(scheme, KINDS)}`,
    {
      where: withoutPassword(url).replace(/\?.*$/s, ''),
      fix: 'Name a file by its path, or a server by postgres://user@host/database.',
    },
  );
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new UserError('this URL names no file', {
      where: withoutPassword(url),
      fix: 'Write the path alone, or file: before it.',
      cause: error,
    });
  }
}

/** The path that files beside a store begin with: of a file its own, and of a server one on this machine, told apart by its URL. */
export function localPath(store: string): string {
  if (memoryName(store) !== undefined) return store;
  if (!isServerUrl(store)) return filePathOf(store);
  const id = createHash('sha256').update(withoutPassword(store)).digest('hex');
  return join('results', `server-${id.slice(0, 12)}`);
}

/** The URL as messages may show it. */
function withoutPassword(url: string): string {
  return url
    .replace(/^([\w+.-]+:(?:\/\/)?[^/@:]*):.*@/s, '$1@')
    .replace(/([?&])password=[^&]*&?/, '$1')
    .replace(/[?&]$/, '');
}
