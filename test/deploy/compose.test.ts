import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { MAIN } from '../reliability/launched-sweep.js';

const FOLDER = fileURLToPath(new URL('../../deploy/compose/', import.meta.url));
const text = readFileSync(join(FOLDER, 'compose.yaml'), 'utf8');
const { services, volumes } = parse(text, { merge: true });
const help = (command: string): string =>
  spawnSync(process.execPath, [MAIN, command, '--help'], { encoding: 'utf8' }).stdout;

describe('deploy/compose/compose.yaml', () => {
  test('has one server, one launch that only plans, and workers on the same database', () => {
    expect(Object.keys(services)).toEqual(['postgres', 'launch', 'worker']);
    const database = services.launch.command.at(-1);
    expect(database).toBe('postgres://focalsweep@postgres/focalsweep');
    expect(services.launch.command).toContain('--queue');
    expect(services.worker.command.at(-1)).toBe(database);
    expect(services.postgres.environment.POSTGRES_USER).toBe('focalsweep');
  });

  test.each(['launch', 'worker'])('calls %s with options that it has', (name) => {
    const { command } = services[name];
    const options = command.filter((word: string) => word.startsWith('--'));
    expect(command[0]).toBe(name);
    expect(options.length).toBeGreaterThan(1);
    for (const option of options) expect(help(name)).toContain(`${option} `);
  });

  test('takes the password from the environment, and has none in it', () => {
    const secret = '${PGPASSWORD:?set a password for the database}';
    expect(services.postgres.environment.POSTGRES_PASSWORD).toBe(secret);
    for (const { environment } of [services.launch, services.worker])
      expect(environment.PGPASSWORD).toBe(secret);
    expect(text.match(/password/gi)?.length).toBe(
      text.match(/PGPASSWORD|POSTGRES_PASSWORD|a password/g)?.length,
    );
  });

  test('waits for the server, gives workers time to save, and begins them again when they fail', () => {
    for (const { depends_on } of [services.launch, services.worker])
      expect(depends_on.postgres).toEqual({ condition: 'service_healthy' });
    expect(services.worker).toMatchObject({ restart: 'on-failure', stop_grace_period: '30s' });
    expect(Object.keys(volumes)).toEqual(['results']);
  });

  test('builds the image beside it', () => {
    expect(services.worker.build).toBe('.');
    expect(existsSync(join(FOLDER, 'Dockerfile'))).toBe(true);
    // Debian's PostgreSQL clients are not needed, and a worker needs Node alone.
    expect(readFileSync(join(FOLDER, 'Dockerfile'), 'utf8')).toMatch(/^FROM node:2\d-slim$/m);
  });
});
