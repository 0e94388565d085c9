export interface Compiler {
  readonly command: string;
  readonly version: string;
}
export const KERNEL_OPTIONS: readonly string[];
/** Compiler options by instruction set, by `process.arch`. */
export const INSTRUCTION_SETS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
export function findCompiler(candidates?: readonly (string | undefined)[]): Compiler | undefined;
export function buildNative(): void;
