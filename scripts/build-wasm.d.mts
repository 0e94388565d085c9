import type { Compiler } from './build-native.mjs';

export function wasmSourceHash(): string;
export function wasmCompiler(): Compiler | undefined;
export function buildWasm(command: string, out: string): void;
