# A shell function for jobs that train one shard of a sweep; to be read by `.` in sh or bash.
#
#   train_shard <spec> <i/n> <folder> [options of launch]
#
# A database needs a local disk, and jobs share only a network file system. So the files of the shard are fetched from the
# folder, trained on below $TMPDIR, and put back when training ends. SIGUSR1 and SIGTERM are passed on: runs in training save a
# checkpoint, the files are put back, and the exit code is 75 or 143, which means: launch again.

train_shard() {
  spec=$1 shard=$2 folder=$3
  shift 3
  # Not npx, which would keep signals to itself.
  focalsweep=${FOCALSWEEP:-node_modules/.bin/focalsweep}
  file=shard-${shard%/*}-of-${shard#*/}.db
  work=$(mktemp -d "${TMPDIR:-/tmp}/focalsweep.XXXXXX") || return
  mkdir -p "$folder" || return
  for old in "$file" "$file-checkpoints"; do
    if [ -e "$folder/$old" ]; then cp -R "$folder/$old" "$work/" || return; fi
  done

  "$focalsweep" launch "$spec" --shard "$shard" --db "$work/$file" "$@" &
  training=$!
  trap 'kill -USR1 "$training"' USR1
  trap 'kill -TERM "$training"' TERM
  # A signal ends `wait`, but not the training.
  while
    wait "$training"
    code=$?
    kill -0 "$training" 2>/dev/null
  do :; done
  trap - USR1 TERM

  if put_back; then
    rm -rf "$work"
  else
    echo "The files of shard $shard could not be put into $folder; they are in $work on $(hostname)." >&2
    code=74
  fi
  return "$code"
}

# Under another name first, so that the folder has the old file or the new one. Checkpoints need no such care: each has a checksum.
put_back() {
  [ -e "$work/$file" ] || return 0
  # A log is left where the process was killed; whoever opens and closes the database takes it in, whatever else is found.
  if [ -s "$work/$file-wal" ]; then "$focalsweep" check --db "$work/$file"; fi
  if [ -s "$work/$file-wal" ]; then return 1; fi
  cp "$work/$file" "$folder/$file.part" && mv "$folder/$file.part" "$folder/$file" || return
  rm -rf "$folder/$file-checkpoints"
  [ ! -e "$work/$file-checkpoints" ] || cp -R "$work/$file-checkpoints" "$folder/"
}
