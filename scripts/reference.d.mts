import type { Command } from '../dist/cli/command.js';

export function specReference(): string;
export function viewReference(): string;
export function commandReference(command: Command): string;
export function realOutput(): { readonly start: string; readonly commands: string };
