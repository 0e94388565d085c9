import { UserError } from '../errors.js';
import type { TrialConfig } from '../sweep.js';
import { valuesOf } from './distribution.js';
import type { Axis } from './sweep-spec.js';
import type { YamlDocument, YamlPath } from './yaml-document.js';

/** Throws UserError with the place where residual blocks would have hidden layers of several widths, or none. */
export function requireBlocks(axes: readonly Axis[], base: TrialConfig, yaml: YamlDocument): void {
  const valuesIn = (knob: 'residual' | 'hidden'): readonly unknown[] => {
    const axis = axes.find((own) => own.knob === knob);
    return axis === undefined ? [base[knob]] : valuesOf(axis.distribution);
  };
  if (base.model !== 'mlp' || !valuesIn('residual').includes(true)) return;
  const hidden = valuesIn('hidden') as readonly (readonly number[])[];
  const wrong = hidden.findIndex((widths) => new Set(widths).size !== 1);
  const widths = hidden[wrong];
  if (widths === undefined) return;
  const isAxis = (name: string): boolean => axes.some(({ knob }) => knob === name);
  const isWritten = yaml.sourceAt(['model', 'hidden', 0]) !== undefined || widths.length === 0;
  const ofResidual: YamlPath = isAxis('residual') ? ['parameters', 'residual'] : ['model', 'residual'];
  const ofHidden: YamlPath = isAxis('hidden')
    ? ['parameters', 'hidden', 'values', wrong]
    : ['model', 'hidden'];
  const where = isAxis('hidden') || isWritten ? ofHidden : ofResidual;
  const blocks = Array.from({ length: widths.length || 2 }, () => widths[0] ?? 128);
  const what =
    widths.length === 0
      ? 'no hidden layer is no residual block'
      : `residual blocks have one width, and [${widths.join(', ')}] has several`;
  throw new UserError(`hidden: ${what}`, {
    where: yaml.locate(where),
    fix: `Write \`hidden: [${blocks.join(', ')}]\` for ${blocks.length} blocks of width ${blocks[0]}, or \`residual: false\`.`,
  });
}
