import { PICKER } from './picker.js';

/** The page's script: sorts and filters ranked tables, and draws any configuration. Without it, everything is shown in rank order. */
export const SCRIPT = `
'use strict';
const FIRST_ROWS = 12;
const value = (row, column) => row.cells[column].textContent.trim().replace('−', '-');
const number = (text) => (text === '–' ? -Infinity : parseFloat(text));
function sortable(table) {
  const rows = [...table.tBodies[0].rows];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const numeric = head.classList.contains('n');
      const fallsFirst = numeric && head.dataset.low === undefined;
      const now = head.getAttribute('aria-sort');
      const rising = now === null ? !fallsFirst : now === 'descending';
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', rising ? 'ascending' : 'descending');
      const compare = (a, b) => numeric
        ? number(value(a, column)) - number(value(b, column)) || 0
        : value(a, column).localeCompare(value(b, column), undefined, { numeric: true });
      rows.sort((a, b) => (rising ? compare(a, b) : compare(b, a)));
      table.tBodies[0].append(...rows);
      table.dispatchEvent(new Event('sorted'));
    });
  });
}
function filterable(table) {
  const tools = document.getElementById(table.dataset.tools);
  const [search, tied, all, count] = ['search', 'tied', 'all', 'count'].map((name) => tools.querySelector('[data-' + name + ']'));
  let open = table.tBodies[0].rows.length <= FIRST_ROWS;
  const show = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let fits = 0;
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      const fit = words.every((word) => text.includes(word)) && (!tied.checked || row.classList.contains('tied'));
      if (fit) fits++;
      row.hidden = !fit || (!open && fits > FIRST_ROWS);
      if (!row.hidden) shown++;
    }
    count.textContent = shown + ' of ' + table.tBodies[0].rows.length + ' shown';
    all.hidden = open || fits <= FIRST_ROWS;
  };
  all.addEventListener('click', () => { open = true; show(); });
  for (const input of [search, tied]) input.addEventListener('input', show);
  table.addEventListener('sorted', show);
  addEventListener('beforeprint', () => { for (const row of table.tBodies[0].rows) row.hidden = false; });
  addEventListener('afterprint', show);
  tools.hidden = false;
  show();
}
addEventListener('beforeprint', () => { for (const part of document.querySelectorAll('details')) part.open = true; });
for (const table of document.querySelectorAll('table[data-sortable]')) {
  sortable(table);
  if (table.dataset.tools) filterable(table);
}
${PICKER}`;
