import { hash as digestOf } from 'node:crypto';

/** What stands in a record for a text that was kept out of it. */
export interface Redaction {
  /** What it was taken for: `password`, `github-token`, …; never the text. */
  readonly kind: string;
  /** `redactionCommitment`, SHA-256 in hex. */
  readonly commitment: string;
}

/** What has to be known to disclose one redaction. Kept encrypted, apart from the record. */
export interface RedactionDetail {
  /** The place in the record's `redactions`, from 1; as it stands in the marker. */
  readonly number: number;
  readonly kind: string;
  /** 32 random bytes, hex. */
  readonly salt: string;
  readonly value: string;
}

/** Bytes of a salt: as many as the hash has, so that a short password cannot be found by trying all against its commitment. */
export const SALT_BYTES = 32;

/** The kind of a redaction whose value is the JSON text of a whole value that was no string. */
export const JSON_VALUE = 'json-value';

export function markerText(number: number, kind: string): string {
  return `[redacted:${kind}:${number}]`;
}

const MARKER = /\[redacted:([a-z0-9-]+):(\d{1,6})\]/g;
const WHOLE_MARKER = /^\[redacted:([a-z0-9-]+):(\d{1,6})\]$/;

/** Puts values in the place of markers. A marker without a value stays. */
export function withoutMarkers(text: string, disclosed: (number: number) => string | undefined): string {
  return text.replaceAll(MARKER, (marker, _kind: string, number: string) => disclosed(Number(number)) ?? marker);
}

/** The number of the marker that the text is, when it is nothing else and of this kind. */
export function wholeMarker(text: string, kind: string): number | undefined {
  const match = WHOLE_MARKER.exec(text);
  return match?.[1] === kind ? Number(match[2]) : undefined;
}

/**
 * Binds a value to its place in one decision without telling it. The parts before the value hold no newline and JSON has no raw
 * one, so that no two sets of parts give the same bytes; JSON also has a form for text that UTF-8 has not.
 */
export function redactionCommitment(decisionId: string, { number, kind, salt, value }: RedactionDetail): string {
  return digestOf(
    'sha256',
    `acgs-redaction-v1\n${decisionId}\n${number}\n${kind}\n${salt}\n${JSON.stringify(value)}`,
    'hex',
  );
}
