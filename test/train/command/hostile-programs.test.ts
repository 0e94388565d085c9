// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the words of commands have them.
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.js';
import { ANSWER, failureOf, living, notedProcesses, scriptProgram, testFolder, train } from './programs.js';

const onLinux = test.skipIf(process.platform !== 'linux');

describe('a program that fails', () => {
  test('is quoted with its last lines, as a reader of a terminal saw them', async () => {
    const script = `i=0; while [ $i -lt 20 ]; do i=$((i + 1)); echo "line $i"; done
      printf '10%%\\r\\033[31m100%%\\033[0m\\n\\n'; head -c 400 /dev/zero | tr '\\0' x; echo; echo 'ValueError: no' >&2; exit 3`;
    const error = await failureOf(scriptProgram(testFolder(), script));
    expect(error).not.toBeInstanceOf(UserError);
    expect(error.message).toBe(
      `the program exited with code 3. Its last lines:
  line 16
  line 17
  line 18
  line 19
  line 20
  100%
  ${'x'.repeat(300)}…
  ValueError: no`,
    );
  });

  test('has failed even with a result', async () => {
    const error = await failureOf(scriptProgram(testFolder(), `${ANSWER}\nexit 1`));
    expect(error.message).toBe('the program exited with code 1; it printed nothing');
  });

  test('by a signal is named by it', async () => {
    const error = await failureOf(scriptProgram(testFolder(), 'echo busy; kill -SEGV $$'));
    expect(error.message).toBe('the program was killed by SIGSEGV. Its last lines:\n  busy');
    const killed = await failureOf(scriptProgram(testFolder(), 'kill -KILL $$'));
    expect(killed.message).toMatch(
      /^the program was killed by SIGKILL, as the system does when memory runs out/,
    );
  });

  test('says itself why, and whether another attempt may help', async () => {
    const failing = (more: string) =>
      scriptProgram(testFolder(), `echo '{"error": "no such loss"${more}}' >> "$FOCALSWEEP_REPORT"; exit 1`);
    const error = await failureOf(failing(''));
    expect(error.message).toContain('no such loss');
    expect(error).not.toBeInstanceOf(UserError);
    expect(await failureOf(failing(', "final": true'))).toBeInstanceOf(UserError);
  });

  test('has no effect on the runs after it', async () => {
    const script = `case "$FOCALSWEEP_RUN" in *bad*) rm -rf "$(dirname "$FOCALSWEEP_RUN")"; echo bad; exit 1;; esac
      echo good; ${ANSWER}`;
    const told = await train(scriptProgram(testFolder(), script), { runIds: ['bad1', 'good', 'bad2'] });
    expect(told.failures.map(([runId]) => runId)).toEqual(['bad1', 'bad2']);
    expect(told.results.map(({ runId }) => runId)).toEqual(['good']);
    expect(told.logs).toEqual([
      ['bad1', 'bad\n'],
      ['good', 'good\n'],
      ['bad2', 'bad\n'],
    ]);
  });
});

describe('a program that does not start', () => {
  const startOf = (words: readonly string[], folder = testFolder()) =>
    failureOf(scriptProgram(folder, ANSWER, { words }));

  test('because it is missing', async () => {
    const error = await startOf(['no-such-program', 'x']);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: 'the command cannot start: no program no-such-program is in PATH',
      fix: 'Install it, or name it by its path, as in ["./no-such-program"].',
    });
    const folder = testFolder();
    expect((await startOf(['./missing.sh'], folder)).message).toBe(
      `the command cannot start: there is no ${join(folder, 'missing.sh')}`,
    );
  });

  test('because it is not executable', async () => {
    const error = await startOf(['./program.sh']);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe('the command cannot start: ./program.sh is not executable');
  });

  test('because its interpreter is missing', async () => {
    const folder = testFolder();
    const file = join(folder, 'own');
    writeFileSync(file, `#!/no/such/interpreter\n${ANSWER}`);
    chmodSync(file, 0o755);
    const error = await startOf(['./own'], folder);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(
      'the command cannot start: the interpreter that ./own names in its first line is missing',
    );
  });

  test('because its folder is missing', async () => {
    const program = scriptProgram(testFolder(), ANSWER);
    const folder = join(program.folder, 'gone');
    const error = await failureOf({ ...program, folder }, { runs: join(program.folder, 'runs') });
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(`the command cannot start: its folder ${folder} is missing`);
  });

  test('because its arguments are too long', async () => {
    const error = await startOf(['sh', 'program.sh', 'x'.repeat(3_000_000)]);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe('the command cannot start: its arguments are too long');
  });

  test('is not started for a name that is no parameter', async () => {
    expect((await startOf(['sh', '${gama}'])).message).toContain('${gama}');
  });

  test('is an ordinary failure of a shell', async () => {
    const error = await failureOf(
      scriptProgram(testFolder(), '', { words: ['no-such-program', '${seed}'], shell: true }),
    );
    expect(error.message).toMatch(/^the program exited with code 127\. Its last lines:\n.*no-such-program/);
  });
});

describe('a program that writes too much', () => {
  test.each([
    ['stdout', 'cat /dev/zero'],
    ['stderr', 'cat /dev/zero >&2'],
    ['stdout and ends', 'head -c 1000000000 /dev/zero'],
  ])('to %s is killed', async (_where, script) => {
    const told = await train(scriptProgram(testFolder(), `trap '' TERM; ${script}; ${ANSWER}`));
    expect(told.results).toEqual([]);
    expect(told.failures.map(([, { message }]) => message)).toEqual([
      expect.stringMatching(/^the program printed more than 256 MB/),
    ]);
    expect(told.logs[0]?.[1]).toHaveLength(2 ** 20);
  });

  test('to its report is killed', async () => {
    const error = await failureOf(
      scriptProgram(testFolder(), `trap '' TERM; cat /dev/zero >> "$FOCALSWEEP_REPORT"`),
    );
    expect(error.message).toMatch(/^the program wrote a report of more than 256 MB/);
  });
});

describe('a program with a wrong report', () => {
  test('that is empty', async () => {
    const error = await failureOf(scriptProgram(testFolder(), 'echo I have no idea'));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(
      'the program ended without a result: it wrote nothing to its report. Its last lines:\n  I have no idea',
    );
  });

  test('that ends in half a line', async () => {
    const error = await failureOf(
      scriptProgram(
        testFolder(),
        `printf '%s' '{"validation": {"predictions": [0, 1' >> "$FOCALSWEEP_REPORT"`,
      ),
    );
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(
      'the report ends in the middle of a line: {"validation": {"predictions": [0, 1',
    );
  });

  test('that is no JSON is ended, whatever else it does', async () => {
    const folder = testFolder();
    const script = `echo $$ > pids; trap '' TERM HUP; echo rubbish >> "$FOCALSWEEP_REPORT"; while :; do sleep 1; done`;
    const error = await failureOf(scriptProgram(folder, script));
    expect(error).toBeInstanceOf(UserError);
    expect(living(notedProcesses(folder))).toEqual([]);
  });

  test('that goes on after the result', async () => {
    const error = await failureOf(
      scriptProgram(testFolder(), `${ANSWER}\necho '{"epoch": 9}' >> "$FOCALSWEEP_REPORT"`),
    );
    expect(error).toBeInstanceOf(UserError);
  });

  test('that it empties while it runs', async () => {
    const script = `echo '{"epoch": 1}' >> "$FOCALSWEEP_REPORT"
      until [ -e seen ]; do sleep 0.05; done; : > "$FOCALSWEEP_REPORT"; sleep 100`;
    const folder = testFolder();
    let looks = 0;
    const error = await failureOf(scriptProgram(folder, script), {
      shouldStop: () => {
        looks += 1;
        if (looks === 5) writeFileSync(join(folder, 'seen'), '');
        return false;
      },
    });
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe('the program shortened its report');
  });

  test('that it deletes with its folder', async () => {
    const folder = testFolder();
    const error = await failureOf(
      scriptProgram(folder, `${ANSWER}\nrm -rf "$(dirname "$FOCALSWEEP_RUN")"; echo gone`),
    );
    expect(existsSync(join(folder, 'runs/run1'))).toBe(false);
    expect(error.message).toBe(
      'the program removed its report, or put another file in its place. Its last lines:\n  gone',
    );
  });
});

describe('a program that leaves processes', () => {
  test('in the background: they are killed and named', async () => {
    const folder = testFolder();
    const error = await failureOf(
      scriptProgram(folder, `sleep 1000 & echo $! > pids; (trap '' TERM HUP; sleep 1001) & ${ANSWER}`),
    );
    const [pid] = notedProcesses(folder);
    expect(error).not.toBeInstanceOf(UserError);
    expect(error.message).toMatch(/^the program left [23] processes behind \(/);
    expect(error.message).toContain(`sleep ${pid}`);
    expect(living(notedProcesses(folder))).toEqual([]);
  });

  test('that end soon has its result', async () => {
    const { results, logs } = await train(
      scriptProgram(testFolder(), `(sleep 0.5; echo bye) & echo end; ${ANSWER}`),
    );
    expect(results).toHaveLength(1);
    expect(logs).toEqual([['run1', 'end\nbye\n']]);
  });

  test('that write to its report after the result', async () => {
    const error = await failureOf(
      scriptProgram(testFolder(), `(sleep 0.5; echo '{"epoch": 9}' >> "$FOCALSWEEP_REPORT") & ${ANSWER}`),
    );
    expect(error).toBeInstanceOf(UserError);
  });

  onLinux('as daemons of sessions of their own: they are killed and named', async () => {
    const folder = testFolder();
    const script = `(setsid sh -c 'sleep 1000 & echo $! >> pids; sleep 1001 & echo $! >> pids' &)
      until [ -e pids ] && [ $(wc -l < pids) = 2 ]; do sleep 0.05; done; ${ANSWER}`;
    const error = await failureOf(scriptProgram(folder, script));
    expect(error.message).toMatch(/^the program left 2 processes behind \(sleep \d+, sleep \d+\)$/);
    expect(notedProcesses(folder)).toHaveLength(2);
    expect(living(notedProcesses(folder))).toEqual([]);
  });

  onLinux('after more than a second too', async () => {
    const folder = testFolder();
    const script = `setsid sleep 1000 & echo $! > pids; sleep 1.5; ${ANSWER}`;
    const error = await failureOf(scriptProgram(folder, script));
    expect(error.message).toMatch(/^the program left 1 process behind \(sleep \d+\)$/);
    expect(living(notedProcesses(folder))).toEqual([]);
  });

  onLinux('that hand over to others all the time: none is left', async () => {
    const folder = testFolder();
    writeFileSync(
      join(folder, 'relay.sh'),
      'echo $$ >> pids; sleep 0.02; [ $1 -gt 0 ] && setsid sh relay.sh $(($1 - 1)) &',
    );
    const error = await failureOf(scriptProgram(folder, `setsid sh relay.sh 300 & sleep 0.1; ${ANSWER}`));
    expect(error.message).toMatch(/^the program left \d+ process/);
    expect(living(notedProcesses(folder))).toEqual([]);
    expect(notedProcesses(folder).length).toBeLessThan(300);
  });
});
