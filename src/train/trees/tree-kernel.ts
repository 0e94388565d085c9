import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../../package-root.js';
import { loadAddon } from '../native-addon.js';

/** The arrays that native/trees.cc works on. */
export type KernelArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;
type ArrayType = 'u8' | 'u16' | 'u32' | 'i32' | 'f32' | 'f64' | 'i64';

/** Arrays of zeros, by name. */
export type Layout = { readonly [name: string]: readonly [type: ArrayType, length: number] };

/** The functions of native/trees.cc, in its order. */
const FUNCTIONS = [
  'softmaxRows',
  'growTree',
  'addTree',
  'sortValues',
  'binRows',
  'countBins',
  'layBlocks',
  'countEntries',
  'layEntries',
  'growSharedTree',
] as const;

/** Memory of one run, and the kernel's functions on it. */
export interface TreeMemory {
  array<Type extends KernelArray>(name: string): Type;
  /** The array, so that it outlives this memory without holding it. */
  keep<Type extends KernelArray>(name: string): Type;
  /** Calls a function with the arrays of these names. */
  call(what: (typeof FUNCTIONS)[number], names: readonly string[], numbers: readonly number[]): void;
}

/** A build of the kernel; all builds give the same bits. */
export interface TreeKernel {
  readonly name: 'addon' | 'wasm';
  /** New arrays, beside arrays that are only read. */
  open(layout: Layout, given: Readonly<Record<string, KernelArray>>): TreeMemory;
}

/** The addon's kernel, or where it is not built that of WebAssembly; `build` asks for one of them, and of the addon for an instruction set. */
export function loadTreeKernel(build?: TreeKernel['name'], instructionSet?: string): TreeKernel {
  if (build === 'wasm') return wasmKernel();
  try {
    return addonKernel(instructionSet);
  } catch (error) {
    if (build === 'addon') throw error;
    return wasmKernel();
  }
}

const TYPES = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
  // Only the kernel reads these.
  i64: Float64Array,
} as const;

interface TreeAddon {
  trees(what: number, arrays: readonly KernelArray[], numbers: Float64Array): void;
}

function addonKernel(instructionSet?: string): TreeKernel {
  const builds = loadAddon() as Readonly<Record<string, TreeAddon>>;
  const own = instructionSet === undefined ? Object.values(builds)[0] : builds[instructionSet];
  if (own === undefined) throw new RangeError(`the addon has no ${instructionSet} for this machine`);
  const { trees } = own;
  return {
    name: 'addon',
    open: (layout, given) => {
      const arrays = new Map(Object.entries(given));
      for (const [name, [type, length]] of Object.entries(layout)) arrays.set(name, new TYPES[type](length));
      const array = (name: string) => arrays.get(name) as KernelArray;
      return {
        array: <Type extends KernelArray>(name: string) => array(name) as Type,
        keep: <Type extends KernelArray>(name: string) => array(name) as Type,
        call: (what, names, numbers) =>
          trees(FUNCTIONS.indexOf(what), names.map(array), Float64Array.from(numbers)),
      };
    },
  };
}

interface WasmExports {
  readonly memory: WebAssembly.Memory<ArrayBuffer>;
  readonly __heap_base: WebAssembly.Global;
  treesCall(what: number, buffers: number, numbers: number): void;
}

const WASM_URL = new URL('native/trees.wasm', PACKAGE_ROOT);
const PAGE_BYTES = 65_536;
const ALIGNMENT = 64;
/** Room for the pointers and numbers of a call. */
const CALL_BYTES = 512;
let compiled: WebAssembly.Module | undefined;

function wasmKernel(): TreeKernel {
  compiled ??= new WebAssembly.Module(readFileSync(WASM_URL));
  const module = compiled;
  return {
    name: 'wasm',
    open: (layout, given) => {
      const wasm = new WebAssembly.Instance(module).exports as unknown as WasmExports;
      const place = new Map<string, number>();
      let end = Math.ceil((wasm.__heap_base.value + CALL_BYTES) / ALIGNMENT) * ALIGNMENT;
      const reserve = (name: string, bytes: number): void => {
        place.set(name, end);
        end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
      };
      for (const [name, values] of Object.entries(given)) reserve(name, values.byteLength);
      for (const [name, [type, length]] of Object.entries(layout)) {
        reserve(name, TYPES[type].BYTES_PER_ELEMENT * length);
      }
      wasm.memory.grow(Math.max(0, Math.ceil((end - wasm.memory.buffer.byteLength) / PAGE_BYTES)));
      const { buffer } = wasm.memory;
      const at = (name: string) => place.get(name) as number;
      const arrays = new Map<string, KernelArray>();
      for (const [name, [type, length]] of Object.entries(layout)) {
        arrays.set(name, new TYPES[type](buffer, at(name), length));
      }
      for (const [name, values] of Object.entries(given)) {
        const { buffer: from, byteOffset, byteLength } = values;
        new Uint8Array(buffer, at(name), byteLength).set(new Uint8Array(from, byteOffset, byteLength));
        arrays.set(name, values);
      }
      const base = Math.ceil(wasm.__heap_base.value / 8) * 8;
      return {
        array: <Type extends KernelArray>(name: string) => arrays.get(name) as Type,
        keep: <Type extends KernelArray>(name: string) => arrays.get(name)?.slice() as Type,
        call: (what, names, numbers) => {
          const pointers = base + 8 * numbers.length;
          new Float64Array(buffer, base, numbers.length).set(numbers);
          new Uint32Array(buffer, pointers, names.length).set(names.map(at));
          wasm.treesCall(FUNCTIONS.indexOf(what), pointers, base);
        },
      };
    },
  };
}
