import type { Compiler } from './build-native.mjs';

export const WASM_FILES: readonly string[];
export function wasmSourceHash(file: string): string;
export function wasmCompiler(): Compiler | undefined;
export function buildWasm(command: string, file: string, out: string): void;
