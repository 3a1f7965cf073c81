import { fromBase64, fromHex, isSigned, sha256, toHex, utf8 } from './bytes.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { isIncluded, leafOf, parseTlogProof, type TlogProof } from './inclusion.ts';
import { fieldsOf, parseReceiptFile, parseStatement, preAuthEncoding, type Statement } from './receipt.ts';
import { cosignedBy, parseVerifierKey, signedByLog } from './signed-note.ts';

export const STEPS = ['signature', 'statement', 'record', 'page', 'inclusion', 'checkpoint', 'witnesses'] as const;
export type StepName = (typeof STEPS)[number];

/** `open`: nothing speaks against it, and nothing that is at hand proves it. */
export interface Step {
  readonly name: StepName;
  readonly state: 'proved' | 'open' | 'false';
  /** Stable, kebab-case. */
  readonly code: string;
  /** One or two sentences in plain words: what was proved, or what was not. */
  readonly text: string;
}

export interface ReceiptCheck {
  readonly steps: readonly Step[];
  /** `false`: something is not as it says. `proved`: all of it was. */
  readonly state: Step['state'];
}

/** What is brought along; nothing of it is taken from the receipt. */
export interface Trust {
  /** Base64 of the 32 bytes of each key that signs receipts. */
  readonly receiptKeys: readonly string[];
  /** Verifier keys of the log and of its witnesses (C2SP signed-note). */
  readonly logKeys: readonly string[];
  readonly witnessKeys: readonly string[];
}

/**
 * Checks a receipt with nothing but the browser's own cryptography, step by step. A step that needs one that failed is left out:
 * what is signed by nobody proves nothing further on.
 * @param record the record's text, byte for byte, as the journal has it
 * @param shown the decision that the page shows
 */
export async function checkReceipt(
  given: { readonly receipt: unknown; readonly record?: string; readonly shown?: unknown },
  trust: Trust,
): Promise<ReceiptCheck> {
  const file = parseReceiptFile(given.receipt);
  if (file === undefined) {
    return concluded([wrong('signature', 'receipt-malformed', 'This is not a receipt: its envelope cannot be read.')]);
  }
  const steps: Step[] = [await signatureStep(file, trust.receiptKeys)];
  if (steps[0]?.state !== 'proved') return concluded(steps);
  const statement = parseStatement(file.payload);
  if (statement === undefined) {
    const text = 'What is signed is not the statement of a receipt in its one form, so it could be read in two ways.';
    return concluded([...steps, wrong('statement', 'statement-malformed', text)]);
  }
  const stated = statementStep(statement, given.shown);
  steps.push(stated);
  if (stated.state !== 'proved') return concluded(steps);
  steps.push(...(await recordSteps(statement, given)));
  steps.push(...(await ledgerSteps(statement, file.proof, trust)));
  return concluded(steps);
}

function concluded(steps: readonly Step[]): ReceiptCheck {
  const has = (state: Step['state']) => steps.some((step) => step.state === state);
  return { steps, state: has('false') ? 'false' : has('open') ? 'open' : 'proved' };
}

async function signatureStep(
  file: NonNullable<ReturnType<typeof parseReceiptFile>>,
  keys: readonly string[],
): Promise<Step> {
  const message = preAuthEncoding(file);
  for (const text of keys) {
    const key = fromBase64(text);
    if (key === undefined) continue;
    const keyId = toHex(await sha256(key));
    const claimed = file.signatures.find(({ keyid }) => keyid === keyId);
    if (claimed === undefined) continue;
    const signature = fromBase64(claimed.sig);
    const isRight = signature !== undefined && (await isSigned(message, signature, key));
    return isRight
      ? proved('signature', 'signed', `Signed by the receipt key ${short(keyId)}, and unchanged since (Ed25519, DSSE).`)
      : wrong('signature', 'signature-invalid', 'The signature is not over this text: one of the two was changed.');
  }
  return wrong('signature', 'key-unknown', 'It is signed by none of the keys that this server names for receipts.');
}

function statementStep(statement: Statement, shown: unknown): Step {
  const fields = fieldsOf(shown);
  if (fields !== undefined) {
    const constitution = fieldsOf(fields['constitution']);
    const isSame =
      fields['id'] === statement.id &&
      fields['actionDigest'] === statement.actionDigest &&
      constitution?.['digest'] === statement.constitutionDigest &&
      canonicalJson(fields['verdict'] ?? null) === canonicalJson(statement.verdict);
    if (!isSame) {
      return wrong('statement', 'decision-other', 'It is the receipt of another decision than the one on this page.');
    }
  }
  const text =
    'It states this very decision: its verdict, the action by its digest, and the constitution by its digest.';
  return proved('statement', 'statement-matches', text);
}

async function recordSteps(
  { journal, recordSha256, id }: Statement,
  { record, shown }: { readonly record?: string; readonly shown?: unknown },
): Promise<readonly Step[]> {
  const place = `record ${journal.sequence} of the journal of ${journal.node}`;
  if (record === undefined) {
    return [open('record', 'record-absent', `It names ${place}; the record itself was not given.`)];
  }
  const bytes = utf8(record);
  const previous = fromHex(journal.previousHash) ?? new Uint8Array();
  const [own, chained] = [toHex(await sha256(bytes)), toHex(await sha256(previous, bytes))];
  if (own !== recordSha256 || chained !== journal.hash) {
    return [
      wrong('record', 'record-other', `The record that the server gave is not ${place}: its hash is another one.`),
    ];
  }
  const chainText = `The whole record hashes to what is signed, and continues the chain of the journal: it is ${place}.`;
  const steps = [proved('record', 'record-matches', chainText)];
  if (shown === undefined) return steps;
  const decision = decisionIn(record);
  const isShown =
    decision !== undefined && decision['id'] === id && canonicalJson(decision) === canonicalJson(plain(shown));
  return [
    ...steps,
    isShown
      ? proved('page', 'page-matches', 'What this page shows is what was recorded, to the last character.')
      : wrong('page', 'page-other', 'This page shows something else than what was recorded.'),
  ];
}

function decisionIn(record: string): Readonly<Record<string, Json>> | undefined {
  try {
    const entry: unknown = JSON.parse(record);
    const fields = fieldsOf(entry);
    return fields?.['kind'] === 'decision' ? fieldsOf(fields['decision']) : undefined;
  } catch {
    return undefined;
  }
}

/** Without what is undefined. */
function plain(value: unknown): Json {
  const text = JSON.stringify(value);
  return text === undefined ? null : JSON.parse(text);
}

async function ledgerSteps(
  { journal }: Statement,
  proofText: string | undefined,
  trust: Trust,
): Promise<readonly Step[]> {
  if (proofText === undefined) {
    const text = 'It carries no proof from the ledger yet: a checkpoint that covers the record comes within seconds.';
    return [open('inclusion', 'proof-absent', text)];
  }
  const proof = parseTlogProof(proofText);
  if (proof === undefined) return [wrong('inclusion', 'proof-malformed', 'The proof from the ledger cannot be read.')];
  const { index, checkpoint } = proof;
  if (!(await isIncluded(await leafOf(journal), proof))) {
    const text = 'The hashes of the proof do not lead from this record to the root of the checkpoint.';
    return [wrong('inclusion', 'inclusion-unproved', text)];
  }
  const included = `The record is entry ${index} of the ${checkpoint.size} under the root of the checkpoint.`;
  const signed = await checkpointStep(proof, trust.logKeys);
  const steps = [proved('inclusion', 'included', included), signed];
  return signed.state === 'proved' ? [...steps, await witnessStep(proof, trust.witnessKeys)] : steps;
}

async function checkpointStep({ checkpoint }: TlogProof, logKeys: readonly string[]): Promise<Step> {
  if (logKeys.length === 0) {
    return open(
      'checkpoint',
      'log-key-absent',
      `No key of a log is at hand to check the checkpoint of ${checkpoint.origin} with.`,
    );
  }
  for (const text of logKeys) {
    const key = await parseVerifierKey(text);
    if (key?.kind !== 'log' || key.name !== checkpoint.origin) continue;
    switch (await signedByLog(checkpoint.note, key)) {
      case 'right':
        return proved('checkpoint', 'log-signed', `The log ${checkpoint.origin} has signed this checkpoint.`);
      case 'wrong':
        return wrong('checkpoint', 'checkpoint-invalid', 'The signature under the checkpoint is not over its text.');
      case 'absent':
        return wrong('checkpoint', 'checkpoint-unsigned', `The checkpoint is not signed by ${checkpoint.origin}.`);
    }
  }
  return wrong(
    'checkpoint',
    'log-unknown',
    `The checkpoint is of the log ${checkpoint.origin}, whose key is not known.`,
  );
}

async function witnessStep({ checkpoint }: TlogProof, witnessKeys: readonly string[]): Promise<Step> {
  const right: string[] = [];
  for (const text of witnessKeys) {
    const key = await parseVerifierKey(text);
    if (key?.kind !== 'witness') continue;
    const { signed, timeSeconds = 0 } = await cosignedBy(checkpoint.note, key);
    if (signed === 'wrong') {
      return wrong(
        'witnesses',
        'cosignature-invalid',
        `The cosignature under the name of ${key.name} is not over this checkpoint.`,
      );
    }
    if (signed === 'right') right.push(`${key.name} (${new Date(timeSeconds * 1000).toISOString().slice(0, 19)}Z)`);
  }
  if (right.length > 0) {
    return proved(
      'witnesses',
      'cosigned',
      `Cosigned by ${right.join(' and ')}: they had seen no other tree of this size.`,
    );
  }
  const text =
    'No witness that is known here has cosigned it: that the log shows everybody the same tree is its word alone.';
  return open('witnesses', 'not-witnessed', text);
}

function proved(name: StepName, code: string, text: string): Step {
  return { name, state: 'proved', code, text };
}
function open(name: StepName, code: string, text: string): Step {
  return { name, state: 'open', code, text };
}
function wrong(name: StepName, code: string, text: string): Step {
  return { name, state: 'false', code, text };
}

function short(hex: string): string {
  return `${hex.slice(0, 16)}…`;
}
