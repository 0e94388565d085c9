import { EXIT, UserError } from '../errors.js';
import { fingerprintKnobs } from '../knobs/data-knobs.js';
import { decidingKnobs, FIRST_KNOBS, LATER_KNOBS } from '../knobs/deciding-knobs.js';
import { KNOB_DEFAULTS, KNOB_NAMES, type TrialConfig } from '../knobs/knobs.js';
import { isForProgram, type ProgramConfig } from '../program.js';
import type { AnyConfig } from '../sweep.js';
import { knobCell } from '../where/cells.js';
import { canonicalJson } from '../wording/canonical-json.js';

/** A configuration as stored: the knobs that identify it beside the fingerprint of its dataset, as canonical JSON. */
export function configurationJson(config: AnyConfig, card: KnownPreparation): string {
  return canonicalJson(decidingKnobs(config, fingerprintKnobs(card)));
}

/** What the card of a dataset says of its preparation. */
type KnownPreparation = Parameters<typeof fingerprintKnobs>[0];

/** Reads a stored configuration of a dataset. Throws UserError for a knob of a newer program. */
export function configurationOf(json: string, card: KnownPreparation = {}): AnyConfig {
  const kept = JSON.parse(json) as Partial<TrialConfig>;
  const { model = KNOB_DEFAULTS.model }: { readonly model?: string } = kept;
  if (isForProgram({ model })) return kept as unknown as ProgramConfig;
  const unknown = Object.keys(kept).find((name) => !Object.hasOwn(KNOB_DEFAULTS, name));
  if (unknown !== undefined) {
    throw new UserError(`a configuration has the knob "${unknown}", which this focalsweep does not know`, {
      fix: 'Update focalsweep.',
      exitCode: EXIT.database,
    });
  }
  const plain: TrialConfig = { ...KNOB_DEFAULTS, ...fingerprintKnobs(card) };
  const entries = KNOB_NAMES.map((name) => [name, kept[name] ?? plain[name]]);
  return Object.fromEntries(entries) as TrialConfig;
}

/**
 * A configuration as cells of a fingerprint: the knobs of the first release in their order, then the name and the value of each
 * later one that differs from its default. So the fingerprint of a sweep does not change when a knob is added.
 */
export function configurationCells(
  config: AnyConfig,
  card: KnownPreparation = {},
): readonly (string | number)[] {
  if (isForProgram(config)) {
    const given = Object.entries(config).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return given.flatMap(([name, value]) => [name, knobCell(value)]);
  }
  const deciding = decidingKnobs(config, fingerprintKnobs(card));
  const later = LATER_KNOBS.filter((name) => name in deciding);
  return [
    ...FIRST_KNOBS.map((name) => knobCell(config[name])),
    ...later.flatMap((name) => [name, knobCell(config[name])]),
  ];
}
