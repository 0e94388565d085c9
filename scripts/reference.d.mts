import type { Command } from '../dist/cli/command.js';

export function specReference(): string;
export function viewReference(): string;
export const TABLE_COLUMNS: string;
export function tableReference(
  columns: readonly { readonly table: string; readonly column: string }[],
): string;
export function libraryExamples(): { readonly [name: string]: string };
export function commandList(): string;
export function sharedArguments(): string;
export function commandReference(command: Command): string;
