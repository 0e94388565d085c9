#!/usr/bin/env bash
# train.sh COLUMNS: gives each row the class whose mean of the first COLUMNS features is nearest. A trainer of focalsweep without a
# library: paths by sed, the numbers of .npy files by od, the rest by awk.
set -euo pipefail

# The path that the run file has under a name; it is one line of `"name": "path",`.
path() { sed -n "s/^ *\"$1\": \"\(.*\)\",\{0,1\}$/\1/p" "$FOCALSWEEP_RUN"; }

# The numbers of a .npy file, one a line. Bytes 8 and 9 have the length of its header.
numbers() { od -An -v -t "$1" -j $((10 + $(od -An -t u2 -j 8 -N 2 "$2"))) "$2" | tr -s ' ' '\n' | sed '/^$/d'; }

features=$(path features)
# … 'shape': (2000, 64), …
width=$(head -c 128 "$features" | LC_ALL=C sed -n "s/.*'shape': ([0-9]*, \([0-9]*\)).*/\1/p")

LC_ALL=C awk -v columns="$1" -v width="$width" '
  FNR == 1 { file++ }
  file == 1 { label[labels++] = $1; if ($1 >= classes) classes = $1 + 1 }
  file == 2 { train[$1] }
  file == 3 { validation[validations++] = $1 }
  file == 4 { test[tests++] = $1 }
  file == 5 {
    row = int(at / width); column = at++ % width
    if (column >= columns) next
    x[row, column] = $1
    if (row in train) { sum[label[row], column] += $1; if (column == 0) count[label[row]]++ }
  }
  function nearest(row,    c, k, d, best, least) {
    least = -1
    for (c = 0; c < classes; c++) {
      if (!(c in count)) continue
      d = 0
      for (k = 0; k < columns && k < width; k++) d += (x[row, k] - sum[c, k] / count[c]) ^ 2
      if (least < 0 || d < least) { least = d; best = c }
    }
    return best
  }
  function predictions(rows, n,    text, i) {
    for (i = 0; i < n; i++) text = text (i ? "," : "") nearest(rows[i])
    return "{\"predictions\":[" text "]}"
  }
  END { print "{\"validation\":" predictions(validation, validations) ",\"test\":" predictions(test, tests) "}" }
' <(numbers d4 "$(path labels)") <(numbers d4 "$(path train)") <(numbers d4 "$(path validation)") <(numbers d4 "$(path test)") \
  <(numbers f4 "$features") >> "$FOCALSWEEP_REPORT"
