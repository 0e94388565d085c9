// A run for scripts in Python: the files of focalsweep, written by hand, and a process.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const CLIENT_FOLDER = fileURLToPath(new URL('../../clients/python/', import.meta.url));
/** `PYTHON=…/bin/python3 npm test -- test/clients` takes another one, such as one with NumPy. */
export const PYTHON = process.env.PYTHON ?? 'python3';
const can = (code: string): boolean => spawnSync(PYTHON, ['-c', code]).status === 0;
export const HAS_PYTHON = can('import sys; sys.exit(sys.version_info < (3, 8))');
export const HAS_NUMPY = HAS_PYTHON && can('import numpy');
export const HAS_TORCH = HAS_NUMPY && can('import torch');

/** The content of a .npy file, as NumPy writes it. */
function npy(values: Float32Array | Int32Array, shape: readonly number[]): Buffer {
  const kind = values instanceof Float32Array ? '<f4' : '<i4';
  const dictionary = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = `${dictionary.padEnd(64 * Math.ceil((dictionary.length + 11) / 64) - 11)}\n`;
  const size = Buffer.alloc(2);
  size.writeUInt16LE(header.length);
  const magic = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
  return Buffer.concat([magic, size, Buffer.from(header), Buffer.from(values.buffer)]);
}

/** Six rows of two features: three to train on, two for validation and one for the test. */
export const TABLE = {
  features: [
    [0.5, 1],
    [-1.5, 2],
    [2.25, 3],
    [4, -4],
    [0, 5],
    [6, 6],
  ],
  labels: [0, 1, 2, 0, 2, 1],
  rows: { train: [0, 2, 4], validation: [1, 5], test: [3] },
  classes: ['benign', 'Emotet', 'Dridex'],
};

/** What a script has said, and told. */
export interface Told {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of the report, without their ends. */
  readonly report: readonly string[];
}

/** A run on disk. */
export interface RunFiles {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Runs a script to its end. */
  script(code: string, more?: NodeJS.ProcessEnv): Told;
}

interface RunContent {
  readonly config?: object;
  readonly classes?: readonly string[];
  readonly hasData?: boolean;
  readonly deadline?: number;
  readonly pause?: { readonly after: number; readonly metric: string };
  /** What the name of its folder begins with. */
  readonly prefix?: string;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Writes the files of a run as focalsweep does. */
export function runFiles({
  config = {},
  classes = TABLE.classes,
  hasData = true,
  deadline,
  pause,
  prefix = 'focalsweep-client-',
}: RunContent): RunFiles {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.push(folder);
  const at = (name: string): string => join(folder, name);
  mkdirSync(at('checkpoints'));
  writeFileSync(at('features.npy'), npy(Float32Array.from(TABLE.features.flat()), [6, 2]));
  writeFileSync(at('labels.npy'), npy(Int32Array.from(TABLE.labels), [6]));
  for (const [name, rows] of Object.entries(TABLE.rows)) {
    writeFileSync(at(`${name}.npy`), npy(Int32Array.from(rows), [rows.length]));
  }
  const files = Object.fromEntries(
    ['features', 'labels', 'train', 'validation', 'test'].map((name) => [name, at(`${name}.npy`)]),
  );
  const data = {
    format: 1,
    classes,
    rare_classes: [2],
    rows: 6,
    feature_names: ['bytes', 'packets'],
    table: at('table.parquet'),
    ...files,
  };
  const run = {
    config,
    seed: 3,
    run: { id: '0123456789abcdef', trial: 'fedcba9876543210', sweep: 'mine' },
    data: hasData ? data : null,
    checkpoints: at('checkpoints'),
    deadline: deadline ?? null,
    pause: pause ?? null,
  };
  writeFileSync(at('run.json'), JSON.stringify(run));
  writeFileSync(at('report.jsonl'), '');
  const environment = {
    ...alone(),
    FOCALSWEEP_RUN: at('run.json'),
    FOCALSWEEP_REPORT: at('report.jsonl'),
  };
  return {
    folder,
    environment,
    script: (code, more) => ({
      ...python(code, { ...environment, ...more }),
      report: readFileSync(at('report.jsonl'), 'utf8').split('\n').slice(0, -1),
    }),
  };
}

/** The environment of a script that focalsweep has not started. */
export function alone(): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONPATH: CLIENT_FOLDER, PYTHONDONTWRITEBYTECODE: '1' };
}

/** Makes `import numpy` fail, as it does where it is not installed. */
export function withoutNumpy({ folder }: RunFiles): NodeJS.ProcessEnv {
  const hidden = join(folder, 'hidden');
  mkdirSync(hidden, { recursive: true });
  writeFileSync(join(hidden, 'numpy.py'), 'raise ImportError("hidden")\n');
  return { PYTHONPATH: `${hidden}${delimiter}${CLIENT_FOLDER}` };
}

/** Runs Python code that has the client at hand. */
export function python(code: string, environment: NodeJS.ProcessEnv): Omit<Told, 'report'> {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', `import focalsweep, json\n${code}`], {
    env: environment,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
