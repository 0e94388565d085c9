import { METRIC_NAMES, METRICS, type MetricName } from '../../metric.js';
import { meantWord, nearestWord } from '../../wording/did-you-mean.js';
import { isHolder, valueAt, type YamlDocument, type YamlPath } from '../yaml-document.js';
import { firstTaken, written } from './working-form.js';

const USUAL: MetricName = 'macro_f1';
const LONGEST_NAME = 60;

/** A whole aim in place of one that has no name or is only a word: for `choose:`, or for an entry of it, as `--choose` takes it. */
export function aimForm(path: YamlPath, yaml: YamlDocument): string | undefined {
  const [section, at, key] = path;
  const isOfAim = path.length < 3 || (path.length === 3 && key === 'name');
  if (section !== 'choose' || !isOfAim) return undefined;
  const given = valueAt(yaml.value, path.slice(0, 2));
  // Too many aims, each of which may be right.
  if (at === undefined && Array.isArray(given) && given.length > 0) return undefined;
  const aim = typeof given === 'string' ? aimOfWord(given) : aimOf(isHolder(given) ? given : {});
  const kept = isHolder(given) && 'constraints' in given ? [{ ...aim, constraints: given.constraints }] : [];
  const forms = [...kept, aim];
  if (at !== undefined) return firstTaken(['choose', at], forms, yaml);
  if (yaml.locate([]).startsWith('--choose')) return written([], aim);
  const lists = forms.map((form) => [form]);
  return firstTaken(['choose'], lists, yaml);
}

/** The metric of that name; otherwise the word is the name. */
function aimOfWord(word: string): Readonly<Record<string, unknown>> {
  const metric = meantMetric(word);
  return aimOf(metric === undefined ? { name: word } : { name: metric, maximize: metric });
}

function aimOf({ name, maximize, minimize }: Readonly<Record<string, unknown>>) {
  const named = [maximize, minimize].flatMap((word) => (typeof word === 'string' ? meantMetric(word) : []));
  const metric = METRIC_NAMES.find((known) => known === named[0]) ?? USUAL;
  const text = typeof name === 'string' || typeof name === 'number' ? String(name).trim() : '';
  const isName = text !== '' && text.length <= LONGEST_NAME;
  return { name: isName ? text : metric, [METRICS[metric].goal]: metric };
}

/** What a constraint of an aim may be, with the number that was meant. */
export function limitForm(metric: MetricName, given: unknown): string {
  const text = String(given);
  const [, number = '0.7', percent] = /([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(%)?/.exec(text) ?? [];
  const value = percent === undefined ? number : Number((Number(number) / 100).toPrecision(12));
  const usual = METRICS[metric].goal === 'minimize' ? '<=' : '>=';
  const relation = text.includes('<') ? '<=' : text.includes('>') ? '>=' : usual;
  return `Write \`${metric}: "${relation} ${value}"\`, or \`${metric}: {margin: 0.03}\`.`;
}

/** The metric that other programs call otherwise: `val_loss` and `eval/f1` are measured on validation rows, as all are here. */
export function meantMetric(given: string): string | undefined {
  const plain = given.replace(/^(val|valid|validation|eval|dev|test)[_/. -]/i, '');
  return meantWord(plain, METRIC_NAMES) ?? nearestWord(plain, METRIC_NAMES);
}
