import { describe, expect, it } from 'vitest';
import { isQuorum, parsePolicy } from './policy.ts';
import { sampleKey } from './sample-keys.ts';
import { verifierKeyText } from './verifier-key.ts';

const keyText = (kind: 'log' | 'witness', name: string, seed: number) =>
  verifierKeyText(sampleKey(kind, name, seed).verifier);
const LOG = `log ${keyText('log', 'acgs.example', 1)}`;
const witness = (name: string, seed: number) => `witness ${name} ${keyText('witness', `${name}.example`, seed)}`;
const X = ['X1', 'X2', 'X3'].map((name, at) => witness(name, 10 + at));
const Y = ['Y1', 'Y2', 'Y3'].map((name, at) => witness(name, 20 + at));
const parse = (lines: readonly string[]) => parsePolicy(Buffer.from(`${lines.join('\n')}\n`));

describe('a policy is refused', () => {
  it.each<[string, readonly string[]]>([
    ['without a quorum', [LOG]],
    ['with nothing', []],
    ['with two quorums', ['quorum none', 'quorum none']],
    ['with a quorum of a name that is defined below', ['quorum X1', ...X]],
    ['with a quorum of two names', [...X, 'quorum X1 X2']],
    ['with a word that is no keyword', ['allow all', 'quorum none']],
    ['with a keyword in capitals', [LOG.replace('log', 'LOG'), 'quorum none']],
    ['with a log without a key', ['log', 'quorum none']],
    ['with a log and too many words', [`${LOG} http://a b`, 'quorum none']],
    ['with a witness that has a log key', [`witness a ${keyText('log', 'a', 1)}`, 'quorum none']],
    ['with a log that has a witness key', [`log ${keyText('witness', 'a', 1)}`, 'quorum none']],
    ['with a key whose id is wrong', [LOG.replace(/\+[0-9a-f]{8}\+/, '+00000000+'), 'quorum none']],
    ['with the same log twice', [LOG, LOG, 'quorum none']],
    ['with the same log key under another name', [LOG, `log ${keyText('log', 'other', 1)}`, 'quorum none']],
    ['with the same witness key under another name', [...X, witness('X4', 10), 'quorum none']],
    ['with the same witness name', [...X, witness('X1', 99), 'quorum none']],
    ['with a witness called none', [witness('none', 10), 'quorum none']],
    ['with a group of nobody', ['group g any', 'quorum none']],
    ['with a threshold of zero', [...X, 'group g 0 X1', 'quorum g']],
    ['with a threshold with a leading zero', [...X, 'group g 01 X1', 'quorum g']],
    ['with a threshold that cannot be reached', [...X, 'group g 3 X1 X2', 'quorum g']],
    ['with a threshold in words', [...X, 'group g most X1 X2', 'quorum g']],
    ['with a member that is not defined', ['group g any X1', ...X, 'quorum g']],
    ['with a member twice', [...X, 'group g 2 X1 X1', 'quorum g']],
    ['with a member in two groups', [...X, 'group g any X1', 'group h any X1', 'quorum h']],
    ['with none as a member', [...X, 'group g any none', 'quorum g']],
    ['with a group of a witness’s name', [...X, 'group X1 any X2', 'quorum X1']],
    ['with a carriage return', [`${LOG}\r`, 'quorum none']],
    ['with a vertical tab', ['quorum\vnone']],
    ['with a DEL', ['# \x7f', 'quorum none']],
  ])('%s', (_name, lines) => {
    expect(parse(lines)).toMatchObject({ ok: false, refusal: { code: 'policy-malformed' } });
  });

  it('whose last line does not end', () => {
    expect(parsePolicy(Buffer.from('quorum none'))).toMatchObject({ refusal: { code: 'policy-malformed' } });
  });

  it('with too many lines of a kind, or too many bytes', () => {
    const logs = Array.from({ length: 65 }, (_, at) => `log ${keyText('log', 'a', at)}`);
    expect(parse([...logs, 'quorum none'])).toMatchObject({ refusal: { code: 'policy-too-large' } });
    expect(parsePolicy(Buffer.alloc(256 * 1024 + 1, '\n'))).toMatchObject({ refusal: { code: 'policy-too-large' } });
    expect(parse([...logs.slice(0, 64), 'quorum none'])).toMatchObject({ ok: true });
  });
});

describe('a policy', () => {
  it('of two levels wants what each level wants', () => {
    const parsed = parse([
      '# an example',
      '',
      `\t${LOG}  https://acgs.example/`,
      ...X,
      'group X-witnesses 2 X1 X2 X3',
      ...Y,
      'group Y-witnesses any Y1 Y2 Y3',
      'group X-and-Y all X-witnesses Y-witnesses',
      'quorum X-and-Y ',
    ]);
    if (!parsed.ok) throw new Error(parsed.refusal.message);
    const { quorum, logs, witnesses } = parsed.value;
    expect(logs).toMatchObject([{ url: 'https://acgs.example/' }]);
    const enough = (...names: readonly string[]) =>
      isQuorum(
        quorum,
        new Set(witnesses.filter(({ name }) => names.includes(name)).map(({ key }) => key.publicKey.text)),
      );
    expect(enough()).toBe(false);
    expect(enough('X1', 'X2')).toBe(false);
    expect(enough('X1', 'Y1', 'Y2', 'Y3')).toBe(false);
    expect(enough('X1', 'X3', 'Y2')).toBe(true);
    expect(enough('X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3')).toBe(true);
  });

  it('may have names that are no UTF-8, told apart by their octets', () => {
    const line = Buffer.from(witness('NAME', 10));
    const named = (octets: readonly number[]) =>
      Buffer.concat([Buffer.from('witness '), Buffer.from(octets), line.subarray('witness NAME'.length)]);
    const quorum = (octets: readonly number[]) =>
      Buffer.concat([Buffer.from('\nquorum '), Buffer.from(octets), Buffer.from('\n')]);
    expect(parsePolicy(Buffer.concat([named([0xff]), quorum([0xff])]))).toMatchObject({ ok: true });
    expect(parsePolicy(Buffer.concat([named([0xff]), quorum([0xfe])]))).toMatchObject({ ok: false });
    // A Kelvin sign is no K.
    expect(parsePolicy(Buffer.concat([named([0xe2, 0x84, 0xaa]), quorum([0x4b])]))).toMatchObject({ ok: false });
  });
});
