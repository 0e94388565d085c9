import { readFileSync, realpathSync, statSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UserError } from '../../errors.js';
import { printable } from '../../wording/printable.js';
import { type RelativeImport, relativeImports } from './relative-imports.js';

const SCRIPTS = new Set(['', '.js', '.mjs', '.cjs']);
const TYPED = new Set(['.ts', '.mts', '.cts']);

/**
 * A module and the files that it imports by relative paths, they and theirs, as sorted absolute paths without links: by `import`,
 * `export … from`, `import()` and `require()` of a literal. Packages are left out, and so are paths that are only known at run time.
 * Throws UserError for a file that is missing or no JavaScript.
 */
export function moduleFiles(file: string): readonly string[] {
  const found = new Set<string>();
  const waiting = [existing(file, () => `there is no file ${file}`)];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    const from = next;
    for (const imported of importsOf(from)) waiting.push(resolved(imported, from));
  }
  return [...found].sort();
}

/** The file that an import names. */
function resolved(imported: RelativeImport, from: string): string {
  const { path, line, column } = imported;
  return existing(
    from,
    () => `${from}:${line}:${column} imports ${printable(path)}, and there is no such file`,
    () =>
      imported.isRequire
        ? createRequire(from).resolve(path)
        : fileURLToPath(new URL(path, pathToFileURL(from))),
  );
}

/** The path of a file without links. */
function existing(file: string, missing: () => string, find: () => string = () => file): string {
  try {
    const path = realpathSync(find());
    if (statSync(path).isFile()) return path;
  } catch (error) {
    throw new UserError(missing(), {
      fix: 'Correct the path; an import needs the whole name, with its extension.',
      cause: error,
    });
  }
  throw new UserError(missing(), { fix: 'Name a file, not a folder.' });
}

function importsOf(file: string): readonly RelativeImport[] {
  const extension = extname(file);
  if (!SCRIPTS.has(extension) && !TYPED.has(extension)) return [];
  const text = readFileSync(file, 'utf8');
  return relativeImports(TYPED.has(extension) ? withoutTypes(text, file) : text, file);
}

/** TypeScript as Node runs it: types become spaces, so that places stay. */
function withoutTypes(text: string, file: string): string {
  const { stripTypeScriptTypes } = nodeModule as { stripTypeScriptTypes?: (code: string) => string };
  const { typescript } = process.features as { typescript?: string | false };
  if (stripTypeScriptTypes === undefined || !typescript) {
    throw new UserError(`Node ${process.version} runs no TypeScript (${file})`, {
      fix: 'Compile it to JavaScript, or use Node 22.18 or newer.',
    });
  }
  try {
    return stripTypeScriptTypes(text);
  } catch (error) {
    throw new UserError(`${file} is no TypeScript that Node runs: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
