/** Names of columns that hold the class, as tables write them; words are joined without what is between them. */
const LABELS = new Set(
  (
    'label labels class classes classname classlabel target targets y ylabel family malwarefamily diagnosis groundtruth gt truth ' +
    'outcome species attack attackcat attacktype attackclass fraud isfraud fraudulent churn churned exited default defaulted ' +
    'survived sentiment verdict malware ismalware malicious intrusion annotation category subcategory result response ' +
    'disease condition severity quality grade rating type status income decision intent topic tag output stroke subscribed'
  ).split(' '),
);
/** Of these names, those that features have nearly as often. */
const WEAK = new Set(
  'type status category rating grade quality condition result response income output tag topic y severity'.split(
    ' ',
  ),
);
/** Words that make a longer name that of a class, such as `true class` and `Attack Type`. */
const LABEL_WORDS = new Set(
  'label class target family diagnosis outcome species attack fraud churn default sentiment'.split(' '),
);
const ID_WORDS = new Set(
  'id ids uid uuid guid index idx key number no nr num serial hash md5 sha1 sha256 row rownum rowid rownames seq sequence ref reference'.split(
    ' ',
  ),
);
const TIME_WORDS = new Set(
  'time timestamp ts date datetime day week year step epoch unixtime seen created updated when start end stime ltime'.split(
    ' ',
  ),
);
const GROUP_WORDS = new Set(
  'host hostname patient subject session user username customer client account device machine household family group site hospital person participant employee student school card sensor node vehicle ip ipaddr address addr author speaker case study experiment batch'.split(
    ' ',
  ),
);

/** The words of a name, in lower case: `srcIP_id` has src, ip and id. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** How much a name is that of a class: 3 for `label`, 2 for `attack type of flow`, 1 for `status`, 0 for any other. */
export function labelNameStrength(name: string): 0 | 1 | 2 | 3 {
  const words = wordsOf(name);
  const joined = words.join('');
  if (WEAK.has(joined)) return joined === 'y' ? 3 : 1;
  if (LABELS.has(joined)) return 3;
  return words.some((word) => LABEL_WORDS.has(word)) ? 2 : 0;
}

/** Whether a name is one that nearly only class columns have. */
export function isLabelName(name: string): boolean {
  return labelNameStrength(name) === 3;
}

/** Whether a name is that of an identifier. */
export function isIdName(name: string): boolean {
  return wordsOf(name).some((word) => ID_WORDS.has(word)) || /^unnamed|^column_1$/i.test(name);
}

/** Whether a name is that of a time. */
export function isTimeName(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => TIME_WORDS.has(word)) && !words.some((word) => LENGTHS.has(word));
}

/** Words of lengths of time, which are features. */
const LENGTHS = new Set(
  'length duration mean std min max avg total between delta inter lag since'.split(' '),
);

/** Whether a name is that of what several rows belong to: `host`, `patient_id`, not `customer_age`. */
export function isGroupName(name: string): boolean {
  const words = wordsOf(name);
  const last = words.findLast((word, at) => at === 0 || !ID_WORDS.has(word));
  return last !== undefined && GROUP_WORDS.has(last);
}
