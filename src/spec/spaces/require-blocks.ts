import { UserError } from '../../errors.js';
import { knobValue } from '../../knobs/knob-value.js';
import { valuesOf } from '../distribution.js';
import { firstWritten, knobPlaces } from '../locate.js';
import type { Space } from '../sweep-spec.js';
import type { YamlDocument, YamlPath } from '../yaml-document.js';

/**
 * Throws UserError with the place where residual blocks would have hidden layers of several widths, or none. `layers` are the paths that
 * the space may be written under, its own first.
 */
export function requireBlocks(
  { axes, base }: Pick<Space, 'axes' | 'base'>,
  layers: readonly YamlPath[],
  yaml: YamlDocument,
): void {
  const valuesIn = (knob: 'residual' | 'hidden'): readonly unknown[] => {
    const axis = axes.find((own) => own.knob === knob);
    return axis === undefined ? [knobValue(base, knob)] : valuesOf(axis.distribution);
  };
  if (base.model !== 'mlp' || !valuesIn('residual').includes(true)) return;
  const hidden = valuesIn('hidden') as readonly (readonly number[])[];
  const wrong = hidden.findIndex((widths) => new Set(widths).size !== 1);
  const widths = hidden[wrong];
  if (widths === undefined) return;
  const places = [...knobPlaces(layers, 'hidden', wrong), ...knobPlaces(layers, 'residual')];
  const blocks = Array.from({ length: widths.length || 2 }, () => widths[0] ?? 128);
  const what =
    widths.length === 0
      ? 'no hidden layer is no residual block'
      : `residual blocks have one width, and [${widths.join(', ')}] has several`;
  throw new UserError(`hidden: ${what}`, {
    where: yaml.locate(firstWritten(places, yaml)),
    fix: `Write \`hidden: [${blocks.join(', ')}]\` for ${blocks.length} blocks of width ${blocks[0]}, or \`residual: false\`.`,
  });
}
