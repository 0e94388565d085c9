import { UserError } from '../errors.js';
import type { YamlPath } from '../spec/yaml-document.js';

/** A mistake in the `data:` section of a spec, named by its key until the place in the file is known. */
export class SpecMistake extends UserError {
  constructor(
    what: string,
    /** From the top of the spec. */
    readonly path: YamlPath,
    readonly detail: { readonly fix: string; readonly cause?: unknown },
  ) {
    super(what, { ...detail, where: keyOf(path) });
  }
}

/** The same error with `file:line:column`, if it is about a key of the spec. */
export function located(error: unknown, locate: ((path: YamlPath) => string) | undefined): unknown {
  if (!(error instanceof SpecMistake) || locate === undefined) return error;
  return new UserError(`${keyOf(error.path)}: ${error.message}`, {
    ...error.detail,
    where: locate(error.path),
  });
}

function keyOf(path: YamlPath): string {
  return path.filter((step) => typeof step === 'string').join('.');
}
