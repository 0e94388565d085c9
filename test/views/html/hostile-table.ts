/** Names that people do not give by accident: they must be shown, and neither run nor stretch the page. */
export const HOSTILE_NAMES = [
  '<img src=x onerror="window.hit=1">',
  '</script><script>window.hit=2</script>',
  '"><svg onload=window.hit=3>',
  '=cmd()|calc',
  '\u001b[31mred\u001b[0m',
  `${'long'.repeat(50)}`,
  '🦠👩‍👩‍👧‍👦 émoji',
  'برمجيات \u202eخبيثة',
  "'}\u2028{{7*7}}<!--",
] as const;

const ROWS_PER_CLASS = 30;

/** A table whose classes and columns have hostile names; its two features tell the classes apart, more or less. */
export function hostileTable(): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const header = [...HOSTILE_NAMES.slice(0, 6).map((name) => `column ${name}`), 'label']
    .map(quoted)
    .join(',');
  const rows = HOSTILE_NAMES.flatMap((name, label) =>
    Array.from({ length: ROWS_PER_CLASS }, (_, row) =>
      [
        ...[1, 2, 3, 4, 5, 6].map((column) => Math.sin(label * column) + Math.cos(row * column)),
        quoted(name),
      ].join(','),
    ),
  );
  return `${[header, ...rows].join('\n')}\n`;
}

/** A spec over that table, hostile where a spec may be. */
export function hostileSpec(): string {
  const [first, , , , , long] = HOSTILE_NAMES;
  return `name: hostile
description: "<script>window.hit=4</script> ${HOSTILE_NAMES[7]}"
parameters:
  gamma: {values: [0, 2]}
  alpha: {values: [1, balanced, {${JSON.stringify(first)}: 3, ${JSON.stringify(long)}: 0.5}]}
  learning_rate: {values: [0.01, 0.003]}
seeds: 2
data: {source: hostile.csv, label: label, note: "caveat <b onclick=window.hit=5>bold</b>"}
model: {hidden: [8]}
train: {epochs: 4, batch_size: 32}
engine: native/wasm
`;
}
