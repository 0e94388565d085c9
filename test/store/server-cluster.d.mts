export function freePort(): Promise<number>;
export function reasonWithoutServer(): string | undefined;

export interface Cluster {
  readonly folder: string;
  /** Runs a program of PostgreSQL as the user of the server; gives what it prints. */
  run(program: string, ...args: readonly string[]): string;
  start(): void;
  stop(mode: 'fast' | 'immediate'): void;
  /** Makes a standby a server of its own. */
  promote(): void;
  /** Removes its folder, once it is stopped. */
  remove(): void;
}

export function startCluster(optionsOf: (folder: string) => string, primary?: string): Cluster;
