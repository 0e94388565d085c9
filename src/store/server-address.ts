import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { EXIT, UserError } from '../errors.js';

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
export function serverAddress(url: string): ServerAddress {
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
  return /^postgres(ql)?:\/\//.test(url);
}

/** The path that files beside a store begin with: of a file its own, and of a server one on this machine, told apart by its URL. */
export function localPath(store: string): string {
  if (!isServerUrl(store)) return store;
  const id = createHash('sha256').update(withoutPassword(store)).digest('hex');
  return join('results', `server-${id.slice(0, 12)}`);
}

/** The URL as messages may show it. */
function withoutPassword(url: string): string {
  return url
    .replace(/^(\w+:\/\/[^/@:]*):[^@]*@/, '$1@')
    .replace(/([?&])password=[^&]*&?/, '$1')
    .replace(/[?&]$/, '');
}
