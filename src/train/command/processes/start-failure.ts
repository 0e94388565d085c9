import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { tooFewFileHandles, UserError } from '../../../errors.js';
import type { CommandProgram } from '../../../program.js';

/** Why a program did not start. */
export function startFailure(
  error: NodeJS.ErrnoException,
  { name, folder }: { readonly name: string } & Pick<CommandProgram, 'folder'>,
): Error {
  const mistake = (what: string, fix: string): UserError => new UserError(what, { fix, cause: error });
  if (!existsSync(folder)) {
    return mistake(
      `the command cannot start: its folder ${folder} is missing`,
      'Put the folder of the spec back.',
    );
  }
  switch (error.code) {
    case 'ENOENT':
      return missing(name, folder, mistake);
    case 'EACCES':
      return mistake(
        `the command cannot start: ${name} is not executable`,
        `Run chmod +x ${name}, or name its interpreter first: ["python3", "${name}"].`,
      );
    case 'E2BIG':
      return mistake(
        'the command cannot start: its arguments are too long',
        'Read long values from the file that $FOCALSWEEP_RUN names.',
      );
    default:
      return (
        tooFewFileHandles(error) ?? new Error(`the command cannot start: ${error.message}`, { cause: error })
      );
  }
}

function missing(name: string, folder: string, mistake: (what: string, fix: string) => UserError): UserError {
  if (!name.includes('/')) {
    return mistake(
      `the command cannot start: no program ${name} is in PATH`,
      `Install it, or name it by its path, as in ["./${name}"].`,
    );
  }
  if (existsSync(resolve(folder, name))) {
    return mistake(
      `the command cannot start: the interpreter that ${name} names in its first line is missing`,
      'Correct the line, or name the interpreter first in the command.',
    );
  }
  return mistake(
    `the command cannot start: there is no ${resolve(folder, name)}`,
    'Correct the path: it starts at the folder of the spec.',
  );
}
