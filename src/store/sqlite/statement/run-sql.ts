import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EXIT, UserError } from '../../../errors.js';
import type { Rows } from '../../store.js';
import type { SqlReply, SqlRequest } from './sql-process.js';

const MOST_ROWS = 1_000_000;
const MOST_BYTES = 64 * 2 ** 20;
const MOST_PROCESS_BYTES = 512 * 2 ** 20;
const OPTION = '--sql';
/** Under a test runner this file is TypeScript, but the process needs JavaScript. */
const PROGRAM = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts')
      ? '../../../../dist/store/sqlite/statement/sql-process.js'
      : './sql-process.js',
    import.meta.url,
  ),
);

/** Runs one reading statement in a process of its own, and ends it if it takes too much time or memory. */
export function runSql(
  path: string,
  statement: string,
  timeLimitMs: number,
  mostBytes = MOST_BYTES,
): Promise<Rows> {
  const child = fork(PROGRAM, {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const stop = () => child.kill('SIGKILL');
  process.once('exit', stop);
  let timer: NodeJS.Timeout | undefined;
  const reply = new Promise<Rows>((resolve, reject) => {
    timer = setTimeout(() => reject(tooSlow(timeLimitMs)), timeLimitMs);
    child.on('error', reject);
    child.once('message', (reply: SqlReply) => {
      if (reply.type === 'rows') resolve(reply.rows);
      else reject(mistake(reply, path));
    });
    // Comes after the message, if there was one, and then has no effect.
    child.once('disconnect', () => reject(gone()));
    const request: SqlRequest = {
      path,
      statement,
      mostRows: MOST_ROWS,
      mostBytes,
      mostProcessBytes: MOST_PROCESS_BYTES,
    };
    child.send(request);
  });
  return reply.finally(() => {
    clearTimeout(timer);
    process.off('exit', stop);
    stop();
  });
}

function mistake(reply: Exclude<SqlReply, { readonly type: 'rows' }>, path: string): UserError {
  const { what, fix } = reply;
  if (reply.type === 'database') return new UserError(what, { where: path, fix, exitCode: EXIT.database });
  return new UserError(what, { where: OPTION, fix });
}

function tooSlow(timeLimitMs: number): UserError {
  return new UserError(`the statement took longer than ${timeLimitMs / 1000} s and was stopped`, {
    where: OPTION,
    fix: 'Select less, or allow more time with --timeout.',
  });
}

function gone(): UserError {
  return new UserError(`the statement took more memory than the ${MOST_PROCESS_BYTES / 2 ** 20} MB it may`, {
    where: OPTION,
    fix: 'Select less, or add a LIMIT.',
  });
}
