/** How a column's values compare: as numbers, as text, as α (both, or JSON), as the JSON text of a list, or as `true` and `false`. */
export type ColumnKind = 'number' | 'text' | 'alpha' | 'list' | 'flag';
