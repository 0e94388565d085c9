// The part of WebAssembly's types that we use: @types/node 20 has none, and the DOM's would declare a whole browser.
declare namespace WebAssembly {
  interface MemoryDescriptor {
    readonly initial: number;
    readonly maximum?: number;
    readonly shared?: boolean;
  }
  class Memory<Buffer extends ArrayBufferLike = SharedArrayBuffer> {
    constructor(descriptor: MemoryDescriptor);
    readonly buffer: Buffer;
    /** Adds 64-KiB pages; returns how many there were. */
    grow(pages: number): number;
  }
  class Global {
    value: number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
}
