// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the words of commands have them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { ANSWER, RESULT, scriptProgram, testFolder, train } from './programs.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a program gets epochs, a result and a log to the listener', async () => {
  const program = scriptProgram(
    testFolder(),
    `echo '{"epoch": 1, "train_loss": 0.5}' >> "$FOCALSWEEP_REPORT"
     echo out; echo err >&2; echo more; echo last > /dev/stderr
     echo '{"epoch": 2, "train_loss": 0.25}' >> "$FOCALSWEEP_REPORT"
     ${ANSWER}`,
  );
  const told = await train(program, { runIds: ['a', 'b'] });
  expect(told).toMatchObject({ outcome: 'done', failures: [] });
  expect(told.epochs.map(([runId, { epoch, trainLoss }]) => [runId, epoch, trainLoss])).toEqual([
    ['a', 1, 0.5],
    ['a', 2, 0.25],
    ['b', 1, 0.5],
    ['b', 2, 0.25],
  ]);
  expect(
    told.results.map(({ runId, epochs, validation }) => [runId, epochs.length, validation.predictions]),
  ).toEqual([
    ['a', 2, Uint16Array.of(0, 1, 1)],
    ['b', 2, Uint16Array.of(0, 1, 1)],
  ]);
  const log = 'out\nerr\nmore\nlast\n';
  expect(told.logs).toEqual([
    ['a', log],
    ['b', log],
  ]);
});

test('epochs arrive while the program runs', async () => {
  const folder = testFolder();
  const seen = join(folder, 'seen');
  const script = `echo '{"epoch": 1}' >> "$FOCALSWEEP_REPORT"
    until [ -e ${seen} ]; do sleep 0.05; done
    ${ANSWER}`;
  const program = scriptProgram(folder, script);
  const { commandTrainer } = await import('../../../src/train/command/command-trainer.js');
  const results: string[] = [];
  await commandTrainer(program).train({
    dataset: undefined,
    runs: [
      { runId: 'a', seed: 1, config: { model: 'command' }, metric: { name: 'macro_f1', goal: 'maximize' } },
    ],
    shouldStop: () => false,
    place: { files: null, folderOf: () => join(folder, 'a'), sweep: 'try', slot: 0 },
    onEpoch: () => writeFileSync(seen, ''),
    onResult: ({ runId }) => results.push(runId),
    onFailed: (_runId, error) => results.push(error.message),
  });
  expect(results).toEqual(['a']);
});

test('the file of the run says all that a program needs, and nothing of the environment', async () => {
  vi.stubEnv('MY_SECRET', 'swordfish');
  const folder = testFolder();
  const program = scriptProgram(folder, `cp "$FOCALSWEEP_RUN" kept.json\n${ANSWER}`, { timeoutMs: 60_000 });
  const before = Date.now() / 1000;
  const { results } = await train(program, { parameters: { gamma: 2, alpha: 'balanced' } });
  expect(results).toHaveLength(1);
  const text = readFileSync(join(folder, 'kept.json'), 'utf8');
  const { deadline, ...run } = JSON.parse(text);
  expect(run).toEqual({
    config: { gamma: 2, alpha: 'balanced' },
    seed: 7,
    run: { id: 'run1', trial: 'trial of run1', sweep: 'try' },
    data: null,
    checkpoints: join(folder, 'runs/run1/checkpoints'),
    pause: null,
  });
  expect(deadline).toBeGreaterThanOrEqual(before + 60);
  expect(deadline).toBeLessThanOrEqual(Date.now() / 1000 + 60);
  expect(text).not.toContain('swordfish');
});

test('a program without a time-out has no deadline', async () => {
  const folder = testFolder();
  await train(scriptProgram(folder, `cp "$FOCALSWEEP_RUN" kept.json`));
  expect(JSON.parse(readFileSync(join(folder, 'kept.json'), 'utf8'))).toMatchObject({ deadline: null });
});

test('the environment is inherited, and says threads and devices', async () => {
  vi.stubEnv('MY_SECRET', 'swordfish');
  vi.stubEnv('OMP_NUM_THREADS', '64');
  vi.stubEnv('FOCALSWEEP_SUPERVISOR', '1');
  vi.stubEnv('CUDA_VISIBLE_DEVICES', undefined);
  vi.stubEnv('PYTHONUNBUFFERED', undefined);
  const script = `for name in MY_SECRET OMP_NUM_THREADS MKL_NUM_THREADS RAYON_NUM_THREADS FOCALSWEEP_SUPERVISOR \
    PYTHONUNBUFFERED CUDA_VISIBLE_DEVICES; do eval "echo $name=\\$$name"; done; pwd; cat; ${ANSWER}`;
  const logOf = async (folder: string, gpus: readonly string[]) => {
    const { logs } = await train(scriptProgram(folder, script, { cpusPerRun: 3, gpus }), { slot: 3 });
    return logs[0]?.[1];
  };
  const common = `MY_SECRET=swordfish
OMP_NUM_THREADS=3
MKL_NUM_THREADS=3
RAYON_NUM_THREADS=3
FOCALSWEEP_SUPERVISOR=
PYTHONUNBUFFERED=1
`;
  const [two, none] = [testFolder(), testFolder()];
  expect(await logOf(two, ['0', '1'])).toBe(`${common}CUDA_VISIBLE_DEVICES=1\n${two}\n`);
  expect(await logOf(none, [])).toBe(`${common}CUDA_VISIBLE_DEVICES=\n${none}\n`);
});

test('parameters reach the program as arguments, through a shell only where the spec says so', async () => {
  const value = `it's "quoted" $HOME; exit 3`;
  const folder = testFolder();
  const script = `printf '%s\\n' "$@"; cat "$1"; ${ANSWER}`;
  const words = ['sh', 'program.sh', '${args_json_file}', '--', '${args}'];
  const expected = [
    join(folder, 'runs/run1/args.json'),
    '--',
    `--text=${value}`,
    JSON.stringify({ text: value }),
    '',
  ].join('\n');
  for (const shell of [false, true]) {
    const told = await train(scriptProgram(folder, script, { words, shell }), {
      parameters: { text: value },
    });
    expect(told.logs).toEqual([['run1', expected]]);
    expect(told.results).toHaveLength(1);
  }
});

test('another attempt finds its checkpoints, and writes its answer anew', async () => {
  const folder = testFolder();
  const own = join(folder, 'runs/run1');
  mkdirSync(join(own, 'checkpoints'), { recursive: true });
  writeFileSync(join(own, 'checkpoints/epoch'), '3');
  writeFileSync(join(own, 'report.jsonl'), `${RESULT}\n{"epoch": 9}\n`);
  writeFileSync(join(own, 'run.json'), 'old');
  const { results, logs } = await train(scriptProgram(folder, `cat runs/run1/checkpoints/epoch; ${ANSWER}`));
  expect(results).toHaveLength(1);
  expect(logs).toEqual([['run1', '3']]);
  expect(existsSync(join(own, 'checkpoints/epoch'))).toBe(true);
  expect(readFileSync(join(own, 'report.jsonl'), 'utf8')).toBe(`${RESULT}\n`);
});

test('the last line needs no end', async () => {
  const { results } = await train(
    scriptProgram(testFolder(), `printf '%s' '${RESULT}' >> "$FOCALSWEEP_REPORT"`),
  );
  expect(results).toHaveLength(1);
});

test('of a long log the last megabyte is kept', async () => {
  const script = `i=0; while [ $i -lt 30 ]; do head -c 100000 /dev/zero | tr '\\0' $((i % 10)); i=$((i + 1)); done
    echo; echo end; ${ANSWER}`;
  const { logs, results } = await train(scriptProgram(testFolder(), script));
  const log = logs[0]?.[1] ?? '';
  expect(results).toHaveLength(1);
  expect(log).toHaveLength(2 ** 20);
  expect(log.endsWith('9\nend\n')).toBe(true);
  expect(log.indexOf('1')).toBe(log.lastIndexOf('0') + 1);
});

test('reports of megabytes in many lines arrive whole', async () => {
  const script = `const { appendFileSync } = require('node:fs');
    const report = process.env.FOCALSWEEP_REPORT;
    const note = 'é'.repeat(100_000);
    for (let epoch = 1; epoch <= 60; epoch++) appendFileSync(report, JSON.stringify({ epoch, note }) + '\\n');
    appendFileSync(report, ${JSON.stringify(RESULT)});`;
  const folder = testFolder();
  writeFileSync(join(folder, 'program.cjs'), script);
  const program = scriptProgram(folder, '', { words: [process.execPath, 'program.cjs'] });
  const { epochs, results, failures } = await train(program);
  expect(failures).toEqual([]);
  expect(epochs.map(([, { epoch }]) => epoch)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(results).toHaveLength(1);
});
