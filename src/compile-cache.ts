import module from 'node:module';

/** Lets Node keep what it compiles (from 22.1 on): call it first, and import everything else after it. */
export function keepCompiledCode(): void {
  (module as { readonly enableCompileCache?: () => void }).enableCompileCache?.();
}
