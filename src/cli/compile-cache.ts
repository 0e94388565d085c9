import module from 'node:module';

/** Lets Node 22.1 and later cache compiled code: call it first, and import everything else after it. */
export function keepCompiledCode(): void {
  (module as { readonly enableCompileCache?: () => void }).enableCompileCache?.();
}
