/** Draws the recalls, curves and confusion of the picked configuration beside the first that is shown, from the page's JSON. */
export const PICKER = `
const picker = document.querySelector('[data-picker]');
if (picker) {
  const report = JSON.parse(document.getElementById('data-json').textContent);
  const place = document.querySelector('[data-picked]');
  const names = report.dataset.classes;
  const of = (list, id) => list.find((own) => own.trial_id === id);
  const text = (value) => (value === null || value === undefined ? '–' : value.toFixed(3).replace('-', '−'));
  const make = (tag, content, name) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...[content ?? ''].flat());
    return element;
  };
  const table = (label, head, rows) => {
    const body = make('tbody', rows.map((row) => make('tr', row)));
    const frame = make('div', make('table', [make('caption', label), make('thead', make('tr', head)), body]), 'scroll');
    frame.tabIndex = 0;
    frame.setAttribute('role', 'group');
    frame.setAttribute('aria-label', label + ', scrolls');
    return frame;
  };
  const number = (value) => make('td', text(value), 'n');
  const recalls = (id, base) => {
    const [own, first] = [of(report.recalls, id).means, of(report.recalls, base).means];
    const isOther = id !== base;
    const head = [make('th', 'class'), make('th', 'recall', 'n'), ...(isOther ? [make('th', report.shown[0].role, 'n'), make('th', 'change', 'n')] : [])];
    return table('Recall of each class', head, names.map((name, at) => {
      const change = own[at] === null || first[at] === null ? null : own[at] - first[at];
      return [make('td', make('bdi', name)), number(own[at]), ...(isOther ? [number(first[at]), number(change)] : [])];
    }));
  };
  const curve = (id) => {
    const usual = ['train_loss', 'validation_loss', 'macro_f1', 'rare_recall'];
    const { name } = report.sweep.metric;
    const keys = usual.includes(name) ? usual : [...usual, 'ranked'];
    const head = ['epoch', 'seeds', ...keys].map((key) => make('th', key === 'ranked' ? name : key, 'n'));
    return table('Over the epochs, mean over the seeds that trained in them', head, of(report.curves, id).points.map((point) => [make('td', String(point.epoch), 'n'), make('td', String(point.seeds), 'n'), ...keys.map((key) => number(point[key]))]));
  };
  const confusion = (id) => {
    const pairs = of(report.confusions, id).counts.flatMap((row, actual) => {
      const rows = row.reduce((sum, count) => sum + count, 0);
      return row.flatMap((count, predicted) => (count === 0 || actual === predicted ? [] : [{ actual, predicted, count, share: count / rows }]));
    });
    pairs.sort((a, b) => b.share - a.share || b.count - a.count);
    return table('Most frequent confusions, over all seeds', [make('th', 'class'), make('th', 'predicted as'), make('th', 'rows', 'n'), make('th', 'share of the class', 'n')], pairs.slice(0, 20).map(({ actual, predicted, count, share }) => [make('td', make('bdi', names[actual])), make('td', make('bdi', names[predicted])), make('td', String(count), 'n'), number(share)]));
  };
  const select = picker.querySelector('select');
  const show = () => {
    const grid = make('div', [recalls(select.value, report.shown[0].trial_id), confusion(select.value), curve(select.value)], 'grid picked');
    place.replaceChildren(grid);
  };
  select.addEventListener('change', show);
  select.selectedIndex = Math.min(report.shown.length, select.options.length - 1);
  picker.hidden = false;
  show();
}
`;
