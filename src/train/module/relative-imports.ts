import { type Node, type Options, parse } from 'acorn';
import { UserError } from '../../errors.js';

/** An import of a file by its path from the importing one. */
export interface RelativeImport {
  readonly path: string;
  /** Resolved as `require` does, which adds extensions. */
  readonly isRequire: boolean;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

const OPTIONS = { ecmaVersion: 'latest', locations: true, allowHashBang: true } as const;

/** The relative imports of a script or module, in no particular order. Throws UserError for text that is no JavaScript. */
export function relativeImports(text: string, file: string): readonly RelativeImport[] {
  const found: RelativeImport[] = [];
  // Without recursion: programs that write modules may nest expressions deeply.
  const waiting: unknown[] = [parsed(text, file)];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (Array.isArray(value)) for (const one of value) waiting.push(one);
    else if (isNode(value)) {
      const imported = importOf(value);
      if (imported !== undefined) found.push(imported);
      for (const one of Object.values(value)) if (typeof one === 'object') waiting.push(one);
    }
  }
  return found;
}

/** CommonJS may return at its top level and use names that modules reserve, so it is tried second. */
function parsed(text: string, file: string): Node {
  const asScript: Options = { ...OPTIONS, sourceType: 'script', allowReturnOutsideFunction: true };
  try {
    return parse(text, { ...OPTIONS, sourceType: 'module' });
  } catch (error) {
    try {
      return parse(text, asScript);
    } catch {
      throw notJavaScript(error, file);
    }
  }
}

function notJavaScript(error: unknown, file: string): UserError {
  const { message, loc } = error as Error & { loc?: { line: number; column: number } };
  const place = loc === undefined ? file : `${file}:${loc.line}:${loc.column + 1}`;
  return new UserError(`${place} is no JavaScript: ${message.replace(/ \(\d+:\d+\)$/, '')}`, {
    fix: 'Correct it; `node --check` says more.',
    cause: error,
  });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** The parts of nodes that import. */
interface ImportingNode extends Node {
  readonly source?: unknown;
  readonly callee?: { readonly type: string; readonly name?: string };
  readonly arguments?: readonly unknown[];
}

function importOf(node: ImportingNode): RelativeImport | undefined {
  const isRequire =
    node.type === 'CallExpression' && node.callee?.type === 'Identifier' && node.callee.name === 'require';
  if (!isRequire && !/^(Import|Export)/.test(node.type)) return undefined;
  const path = literal(isRequire ? node.arguments?.[0] : node.source);
  if (path === undefined || !/^\.{1,2}(\/|$)/.test(path)) return undefined;
  const { line = 1, column = 0 } = node.loc?.start ?? {};
  return { path, isRequire, line, column: column + 1 };
}

/** The text of a literal, or of a template without expressions. */
function literal(node: unknown): string | undefined {
  const { type, value, quasis } = (node ?? {}) as {
    type?: string;
    value?: unknown;
    quasis?: readonly { value: { cooked?: string | null } }[];
  };
  if (type === 'Literal' && typeof value === 'string') return value;
  return type === 'TemplateLiteral' && quasis?.length === 1
    ? (quasis[0]?.value.cooked ?? undefined)
    : undefined;
}
