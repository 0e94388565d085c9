// A server that asks for TLS and passwords, with a certificate of an authority of its own.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_SERVER } from './postgres-server.js';
import { type Cluster, freePort, startCluster } from './server-cluster.mjs';

const MAIN = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const PASSWORD = 'correct-horse-7';
const SPEC = `name: small
parameters: {gamma: {values: [0, 1]}}
seeds: 1
data: {source: "builtin:malware21", rows: 1500}
train: {epochs: 2}
`;
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const reason =
  NO_SERVER ?? (hasOpenssl ? undefined : 'skipped: openssl is missing (apt-get install openssl)');

describe.skipIf(reason !== undefined)(`a server with TLS and passwords${reason ? `, ${reason}` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-tls-'));
  writeFileSync(join(folder, 'small.yaml'), SPEC);
  let cluster: Cluster;
  let port: number;

  /** A key, a request and a certificate for 127.0.0.1, by an authority of this folder. */
  const certify = (name: string, host: string) => {
    const openssl = (...args: readonly string[]) =>
      execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=authority of ${name}`,
      '-keyout',
      `${name}-ca.key`,
      '-out',
      `${name}-ca.crt`,
    );
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      `/CN=${host}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    );
    writeFileSync(
      join(folder, `${name}.ext`),
      `subjectAltName=${host === '127.0.0.1' ? 'IP' : 'DNS'}:${host}\n`,
    );
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      `${name}-ca.crt`,
      '-CAkey',
      `${name}-ca.key`,
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.crt`,
    );
  };

  beforeAll(async () => {
    port = await freePort();
    certify('here', '127.0.0.1');
    certify('other', 'db.example.org');
    cluster = startCluster((own) => {
      const { uid, gid } = statSync(own);
      for (const name of ['here', 'other']) {
        for (const kind of ['crt', 'key']) {
          const file = join(own, `${name}.${kind}`);
          writeFileSync(file, readFileSync(join(folder, `${name}.${kind}`)));
          chownSync(file, uid, gid);
          chmodSync(file, 0o600);
        }
      }
      writeFileSync(
        join(own, 'data', 'pg_hba.conf'),
        'local all owner trust\nhostssl all ada 127.0.0.1/32 scram-sha-256\nhostnossl all bob 127.0.0.1/32 trust\n',
      );
      return `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${own} -c fsync=off -c ssl=on -c ssl_cert_file=${own}/here.crt -c ssl_key_file=${own}/here.key`;
    });
    psql(
      `CREATE ROLE ada LOGIN PASSWORD '${PASSWORD}'`,
      'CREATE ROLE bob LOGIN',
      'GRANT CREATE ON DATABASE postgres TO ada',
    );
  });
  afterAll(() => {
    cluster.stop('fast');
    cluster.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const psql = (...statements: readonly string[]) =>
    cluster.run(
      'psql',
      '-X',
      '-q',
      '-d',
      `postgres://owner@/postgres?host=${cluster.folder}&port=${port}`,
      ...statements.flatMap((text) => ['-c', text]),
    );
  const url = (options: string, user = 'ada', host = '127.0.0.1') =>
    `postgres://${user}@${host}:${port}/postgres?${options}`;
  const trusted = () => `sslrootcert=${join(folder, 'here-ca.crt')}`;
  const focalsweep = (args: readonly string[], env: NodeJS.ProcessEnv = { PGPASSWORD: PASSWORD }) => {
    const { PGPASSWORD: _, PGPASSFILE: __, ...rest } = process.env;
    return spawnSync(process.execPath, [MAIN, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...rest, HOME: folder, ...env },
    });
  };

  test.each(['require', 'verify-ca', 'verify-full'])('is used with sslmode=%s, encrypted', (mode) => {
    const db = url(`sslmode=${mode}&${trusted()}&schema=by_${mode.replace('-', '_')}`);
    const launched = focalsweep(['launch', 'small.yaml', '--db', db, '--verbose']);
    expect([launched.status, launched.stderr]).toEqual([0, expect.stringContaining('2 trained')]);
    const encrypted = focalsweep([
      'query',
      '--db',
      db,
      '--sql',
      'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
      '--format',
      'csv',
    ]);
    expect(encrypted.stdout).toBe('ssl\n1\n');
    for (const text of [launched.stdout, launched.stderr]) {
      expect(text).not.toContain(PASSWORD);
      expect(text).not.toMatch(/warning/i);
    }
    const dumped = cluster.run(
      'pg_dump',
      '--data-only',
      '--schema',
      `by_${mode.replace('-', '_')}`,
      `postgres://owner@/postgres?host=${cluster.folder}&port=${port}`,
    );
    expect(dumped).toContain('small');
    expect(dumped).not.toContain(PASSWORD);
  });

  test('lets in with a password file', () => {
    const file = join(folder, '.pgpass');
    writeFileSync(file, `127.0.0.1:${port}:postgres:ada:${PASSWORD}\n`, { mode: 0o600 });
    const db = url(`sslmode=verify-full&${trusted()}&schema=by_verify_full`);
    expect(focalsweep(['fingerprint', 'small', '--db', db], {}).status).toBe(0);
    expect(
      focalsweep(['fingerprint', 'small', '--db', db], { HOME: '/nonexistent', PGPASSFILE: file }).status,
    ).toBe(0);
    rmSync(file);
  });

  const refusals: readonly (readonly [
    what: string,
    db: () => string,
    says: RegExp,
    env?: NodeJS.ProcessEnv,
  ])[] = [
    [
      'a wrong password',
      () => url(`sslmode=require&${trusted()}`),
      /does not let this user in/,
      { PGPASSWORD: 'wrong' },
    ],
    ['no password', () => url(`sslmode=require&${trusted()}`), /does not let this user in/, {}],
    ['an authority that nobody trusts', () => url('sslmode=verify-full'), /cannot be trusted/],
    [
      'another authority',
      () => url(`sslmode=verify-full&sslrootcert=${join(folder, 'other-ca.crt')}`),
      /cannot be trusted/,
    ],
    [
      'a host that the certificate does not have',
      () => url(`sslmode=verify-full&${trusted()}`, 'ada', 'localhost'),
      /is for another host/,
    ],
    [
      'a file that is not there',
      () => url('sslmode=verify-full&sslrootcert=nothing.crt'),
      /a file that the URL names cannot be read/,
    ],
    ['no encryption', () => url('sslmode=disable'), /does not let this user in/],
    [
      'encryption where only plain connections are let in',
      () => url(`sslmode=require&${trusted()}`, 'bob'),
      /does not let this user in/,
    ],
    ['several hosts', () => url(trusted(), 'ada', 'db1,127.0.0.1'), /names several hosts/],
  ];
  const cases = refusals.map(([what, db, says, env]) => ({ what, db, says, env }));
  test.each(cases)('refuses $what by name', ({ db, says, env }) => {
    const { status, stderr } = focalsweep(['report', '--db', db()], env);
    expect([status, stderr]).toEqual([expect.any(Number), expect.stringMatching(says)]);
    expect(status).not.toBe(70);
    expect(stderr).not.toContain(PASSWORD);
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});
