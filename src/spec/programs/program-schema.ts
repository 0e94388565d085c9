import { z } from 'zod';

const texts = z.array(z.union([z.string().min(1), z.number()])).min(1);
const timeUnits = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const TIME = /^(\d+(?:\.\d+)?) *(s|min|h|d)$/;

/** The keys of `train:` that say what program trains; none of them is a knob. @internal */
export const programKeys = {
  command: z
    .union([texts, z.string().min(1)])
    .optional()
    .describe(
      'A command of your own that trains, a process for every run: its words, in which `${learning_rate}` stands for a value, `${seed}` for the seed and `${args}` for `--name=value` of every parameter. See docs/own-trainer.md.',
    ),
  module: z
    .string()
    .min(1)
    .optional()
    .describe('A JavaScript module of your own that trains, relative to the spec: it exports `train`.'),
  code: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe(
      'Files that decide what the program answers, relative to the spec: changed ones mean new runs. Default: the files that the command names, or the module with what it imports relatively.',
    ),
  version: z
    .union([z.string().min(1), z.number()])
    .optional()
    .describe('Another version of the program means new runs, whatever its files are.'),
  shell: z
    .boolean()
    .optional()
    .describe('Whether a shell reads the command. Default false: nothing passes through one.'),
  timeout: z
    .union([z.number().gt(0), z.string().regex(TIME, 'must be like `90 s`, `10 min` or `2 h`')])
    .optional()
    .describe('How long a run may take: seconds, or `90 s`, `10 min`, `2 h`. Default: as long as it likes.'),
  cpus_per_run: z
    .int()
    .min(1)
    .max(4096)
    .optional()
    .describe(
      'Threads that a run of a command may use; it is told by OMP_NUM_THREADS and its kin. Default: the cores of the machine, shared among the workers.',
    ),
  gpus: z
    .array(z.union([z.int().min(0), z.string().min(1)]))
    .min(1)
    .max(64)
    .optional()
    .describe('Devices for CUDA_VISIBLE_DEVICES: each run of a command has one of them for itself.'),
  workers: z
    .int()
    .min(1)
    .max(1024)
    .optional()
    .describe('How many runs train at the same time, unless --workers says otherwise.'),
} as const;

/** What the spec says of a program, in its words. @internal */
export type ProgramInput = {
  readonly [key in keyof typeof programKeys]?: z.output<(typeof programKeys)[key]>;
};

/** Milliseconds of a time limit. @internal */
export function timeoutMs(timeout: ProgramInput['timeout']): number | null {
  if (timeout === undefined) return null;
  if (typeof timeout === 'number') return timeout * 1000;
  const [, amount, unit] = TIME.exec(timeout) ?? [];
  return Number(amount) * timeUnits[unit as keyof typeof timeUnits];
}
