import { ok, type Result, refuse } from '#domain/result.ts';
import { decodeUtf8 } from './text.ts';
import { parseVerifierKey, type VerifierKey } from './verifier-key.ts';

/** Twice what C2SP tlog-policy, Implementation limits, asks for. */
export const POLICY_LINES_MAX = 64;
export const POLICY_BYTES_MAX = 256 * 1024;

/** Who has to have cosigned. Witnesses are told apart by the text of their keys. */
export type Quorum =
  | { readonly kind: 'none' }
  | { readonly kind: 'witness'; readonly name: string; readonly key: VerifierKey }
  | { readonly kind: 'group'; readonly name: string; readonly threshold: number; readonly members: readonly Quorum[] };

/** Whom to believe: which logs, and how many of which witnesses (C2SP tlog-policy). */
export interface LedgerPolicy {
  readonly logs: readonly { readonly key: VerifierKey; readonly url?: string }[];
  readonly witnesses: readonly { readonly name: string; readonly key: VerifierKey; readonly url?: string }[];
  readonly quorum: Quorum;
}

export type PolicyCode = 'policy-too-large' | 'policy-malformed';

/** Names of a policy file are octets (section Character set); as Latin-1 each octet is one character, and none is lost. */
export function parsePolicy(bytes: Uint8Array): Result<LedgerPolicy, PolicyCode> {
  if (bytes.length > POLICY_BYTES_MAX)
    return refuse('policy-too-large', `The policy has more than ${POLICY_BYTES_MAX} bytes.`);
  const text = Buffer.from(bytes).toString('latin1');
  if (/[^\t\n\x20-\x7e\x80-\xff]/.test(text)) return refuse('policy-malformed', 'The policy has a control character.');
  if (!text.endsWith('\n')) return refuse('policy-malformed', 'The last line of the policy does not end in a newline.');
  const reading: Reading = {
    logs: [],
    witnesses: [],
    named: new Map(),
    inGroup: new Set(),
    groupCount: 0,
    quorum: undefined,
  };
  for (const [at, line] of text.slice(0, -1).split('\n').entries()) {
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    const wrong = words[0] === undefined || words[0].startsWith('#') ? undefined : read(reading, words);
    if (wrong !== undefined) return refuse('policy-malformed', `Line ${at + 1} of the policy: ${wrong}.`);
    if (Math.max(reading.logs.length, reading.witnesses.length, reading.groupCount) > POLICY_LINES_MAX) {
      return refuse('policy-too-large', `The policy has more than ${POLICY_LINES_MAX} logs, witnesses or groups.`);
    }
  }
  const { logs, witnesses, quorum } = reading;
  return quorum === undefined
    ? refuse('policy-malformed', 'The policy has no quorum line.')
    : ok({ logs, witnesses, quorum });
}

/** Whether those who cosigned, given as the texts of their keys, are enough. */
export function isQuorum(quorum: Quorum, cosigners: ReadonlySet<string>): boolean {
  switch (quorum.kind) {
    case 'none':
      return true;
    case 'witness':
      return cosigners.has(quorum.key.publicKey.text);
    case 'group':
      return quorum.members.filter((member) => isQuorum(member, cosigners)).length >= quorum.threshold;
  }
}

/** What has been read so far; the only thing here that changes. */
interface Reading {
  readonly logs: { readonly key: VerifierKey; readonly url?: string }[];
  readonly witnesses: { readonly name: string; readonly key: VerifierKey; readonly url?: string }[];
  /** Witnesses and groups share their names. */
  readonly named: Map<string, Quorum>;
  readonly inGroup: Set<string>;
  groupCount: number;
  quorum: Quorum | undefined;
}

/** Reads one line; what is wrong with it, in words. */
function read(reading: Reading, [keyword, ...words]: readonly string[]): string | undefined {
  switch (keyword) {
    case 'log':
      return readLog(reading, words);
    case 'witness':
      return readWitness(reading, words);
    case 'group':
      return readGroup(reading, words);
    case 'quorum':
      return readQuorum(reading, words);
    default:
      return `${keyword} is no keyword`;
  }
}

function readLog(reading: Reading, [keyText = '', url, ...rest]: readonly string[]): string | undefined {
  const key = keyOf(keyText, 'log');
  if (typeof key === 'string') return key;
  if (rest.length > 0) return 'a log has a key and at most a URL';
  if (isKnown(reading.logs, key)) return 'the same key again';
  reading.logs.push(url === undefined ? { key } : { key, url });
  return undefined;
}

function readWitness(reading: Reading, [name = '', keyText = '', url, ...rest]: readonly string[]): string | undefined {
  const key = keyOf(keyText, 'witness');
  if (typeof key === 'string') return key;
  if (rest.length > 0) return 'a witness has a name, a key and at most a URL';
  if (isKnown(reading.witnesses, key)) return 'the same key again';
  reading.witnesses.push(url === undefined ? { name, key } : { name, key, url });
  return define(reading, name, { kind: 'witness', name, key });
}

function readGroup(reading: Reading, [name = '', count = '', ...memberNames]: readonly string[]): string | undefined {
  const members: Quorum[] = [];
  for (const memberName of memberNames) {
    const member = reading.named.get(memberName);
    if (member === undefined) return `${memberName} is not defined above`;
    // So that no witness counts twice towards anything.
    if (reading.inGroup.has(memberName)) return `${memberName} is in a group already`;
    reading.inGroup.add(memberName);
    members.push(member);
  }
  const threshold =
    count === 'all' ? members.length : count === 'any' ? 1 : /^[1-9]\d{0,3}$/.test(count) ? Number(count) : 0;
  if (threshold < 1 || threshold > members.length)
    return 'a group has a number of members that is reached by its threshold';
  reading.groupCount += 1;
  return define(reading, name, { kind: 'group', name, threshold, members });
}

function readQuorum(reading: Reading, [name = '', ...rest]: readonly string[]): string | undefined {
  if (reading.quorum !== undefined) return 'a second quorum';
  const quorum: Quorum | undefined = name === 'none' ? { kind: 'none' } : reading.named.get(name);
  if (quorum === undefined || rest.length > 0) return 'a quorum is one name that is defined above, or none';
  reading.quorum = quorum;
  return undefined;
}

function define(reading: Reading, name: string, quorum: Quorum): string | undefined {
  if (name === '' || name === 'none' || reading.named.has(name)) return `the name ${name} cannot be given`;
  reading.named.set(name, quorum);
  return undefined;
}

/** The key, or what is wrong with it. Its own name is UTF-8. */
function keyOf(latin1: string, kind: VerifierKey['kind']): VerifierKey | string {
  const text = decodeUtf8(Buffer.from(latin1, 'latin1'));
  const key = parseVerifierKey(text ?? '');
  if (!key.ok) return key.refusal.message.replace(/\.$/, '');
  return key.value.kind === kind ? key.value : `the key of ${key.value.name} is not that of a ${kind}`;
}

function isKnown(known: readonly { readonly key: VerifierKey }[], { publicKey }: VerifierKey): boolean {
  return known.some(({ key }) => key.publicKey.text === publicKey.text);
}
