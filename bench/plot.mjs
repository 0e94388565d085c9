// A line plot with logarithmic axes, as SVG.
const WIDTH = 560;
const HEIGHT = 340;
const MARGIN = { left: 64, right: 24, top: 40, bottom: 48 };

const decades = (values) => [
  Math.floor(Math.log10(Math.min(...values))),
  Math.ceil(Math.log10(Math.max(...values))),
];
const label = (exponent) => Number(`1e${exponent}`).toLocaleString('en');

/** An axis over whole decades: value → position, and its ticks. */
function axis(values, from, to) {
  const [first, last] = decades(values);
  const span = Math.max(1, last - first);
  const at = (value) => from + ((Math.log10(value) - first) / span) * (to - from);
  const ticks = Array.from({ length: span + 1 }, (_, index) => first + index);
  return { at, ticks: ticks.map((exponent) => ({ at: at(10 ** exponent), text: label(exponent) })) };
}

/** points: [x, y][], all positive. */
export function plotSvg({ title, xTitle, yTitle, points }) {
  const bottom = HEIGHT - MARGIN.bottom;
  const x = axis(
    points.map(([value]) => value),
    MARGIN.left,
    WIDTH - MARGIN.right,
  );
  const y = axis(
    points.map(([, value]) => value),
    bottom,
    MARGIN.top,
  );
  const grid = [
    ...x.ticks.map(
      (t) =>
        `<path d="M${t.at} ${MARGIN.top}V${bottom}"/><text x="${t.at}" y="${bottom + 16}" text-anchor="middle">${t.text}</text>`,
    ),
    ...y.ticks.map(
      (t) =>
        `<path d="M${MARGIN.left} ${t.at}H${WIDTH - MARGIN.right}"/><text x="${MARGIN.left - 6}" y="${t.at + 4}" text-anchor="end">${t.text}</text>`,
    ),
  ];
  const line = points.map(
    ([px, py], index) => `${index === 0 ? 'M' : 'L'}${x.at(px).toFixed(1)} ${y.at(py).toFixed(1)}`,
  );
  const dots = points.map(
    ([px, py]) =>
      `<circle cx="${x.at(px).toFixed(1)}" cy="${y.at(py).toFixed(1)}" r="3.5"><title>${px}: ${py.toPrecision(3)}</title></circle>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11" fill="#444" role="img" aria-label="${title}">
<title>${title}</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${MARGIN.left}" y="22" font-size="14" fill="#111">${title}</text>
<g stroke="#ddd" stroke-width="1">${grid.join('').replaceAll('<text', '<text stroke="none"')}</g>
<text x="${WIDTH / 2}" y="${HEIGHT - 10}" text-anchor="middle">${xTitle}</text>
<text transform="translate(14 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${yTitle}</text>
<path d="${line.join('')}" fill="none" stroke="#0b6" stroke-width="2"/><g fill="#0b6">${dots.join('')}</g>
</svg>
`;
}
