import { applyEvent } from '#domain/amendment/apply.ts';
import type { Actor, AmendmentEvent } from '#domain/amendment/event.ts';
import type { ClockReading, Moment } from '#domain/amendment/governance-clock.ts';
import { readClock } from '#domain/amendment/governance-clock.ts';
import type { AmendmentId } from '#domain/amendment/ids.ts';
import { EMPTY_REPLAY, type Impact, impactDigest } from '#domain/amendment/impact.ts';
import { NO_PROCEEDINGS, type Proceedings } from '#domain/amendment/proceedings.ts';
import { BUNDLE_PAYLOAD_TYPE } from '#domain/constitution/bundle.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { canonicalConstitution } from '#domain/constitution/digest.ts';
import { GENESIS_DIGEST } from '#domain/constitution/lineage.ts';
import { DEFAULT_SECTIONS, type Sections, type Signers } from '#domain/constitution/sections.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { canonicalJson, type JsonObject, sha256Hex } from '#domain/json.ts';
import { type Envelope, signEnvelope } from '#domain/signature/dsse.ts';
import { parseSigner, type Signer } from '#domain/signature/ed25519.ts';

/** A small republic for tests of its proceedings: three signers, two of whom must sign. */
export const SIGNERS = [signerOf(1), signerOf(2), signerOf(3)] as const;
export const FOUNDERS: Signers = {
  threshold: 2,
  keys: SIGNERS.map(({ publicKey }, at) => ({ name: `signer-${at}`, publicKey: publicKey.text })),
};

export const HOUR = 3_600_000;
export const START_MS = Date.UTC(2026, 0, 14, 12);

export function bundleOf(
  number: number,
  parent: string,
  more: Partial<Sections> & { policies?: JsonObject } = {},
): string {
  const { policies, ...sections } = more;
  return canonicalJson(
    canonicalConstitution({
      number,
      title: 'T',
      parent,
      articles: [{ number: '1', title: 'A', text: 'B' }],
      approverRoles: ['developer', 'maintainer'],
      limits: { effectsPerAction: 10, policies: 5, approvalMinutes: 60 },
      policies: (policies ?? {
        ordinary: { effect: 'permit', annotations: { id: 'ordinary', reason: 'r' }, conditions: [] },
      }) as Readonly<Record<string, JsonObject>>, // as given: policies by id
      schema: {},
      ...DEFAULT_SECTIONS,
      ...sections,
    }),
  );
}

export const FIRST = bundleOf(1, GENESIS_DIGEST);
export const SECOND = bundleOf(2, sha256Hex(FIRST), { suspension: { hours: 72 } });

export const AMENDMENT = 'amendment-1' as AmendmentId;

export function person(id: string, ...roles: string[]): Actor {
  return { id: id as PersonId, roles }; // a person of these tests
}

export const PEOPLE: readonly Actor[] = [
  ...['ada', 'ben', 'cem', 'dia', 'eva'].map((id) => person(id, 'developer')),
  person('max', 'maintainer'),
  person('sec', 'security'),
  person('ops', 'operator'),
];
export const VOTERS: readonly PersonId[] = PEOPLE.map(({ id }) => id);
export const [ADA, BEN] = [actor('ada'), actor('ben')];
export const [MAX, SEC, OPS] = [actor('max'), actor('sec'), actor('ops')];

function actor(id: string): Actor {
  return PEOPLE.find((one) => one.id === id) ?? person(id);
}

/** A moment as a machine with a good clock has it: started at `START_MS` with an uptime of an hour. */
export function momentAt(proceedings: Proceedings, hours: number, more: Partial<ClockReading> = {}): Moment {
  const goneMs = Math.round(hours * HOUR);
  const reading = { wallMs: START_MS + goneMs, uptimeMs: HOUR + goneMs, bootId: 'boot-1', ...more };
  return readClock(proceedings.clock, reading).last;
}

export function adopted(bundle: string = FIRST): Proceedings {
  const at = momentAt(NO_PROCEEDINGS, 0);
  return happen(NO_PROCEEDINGS, { kind: 'constitution-adopted', at, bundle, signers: FOUNDERS });
}

/** Applies what must be possible. */
export function happen(proceedings: Proceedings, ...events: readonly AmendmentEvent[]): Proceedings {
  return events.reduce((state, event) => {
    const applied = applyEvent(state, event);
    if (!applied.ok) throw new Error(`${event.kind}: ${applied.refusal.code}: ${applied.refusal.message}`);
    return applied.value;
  }, proceedings);
}

export function impactOf(draft: string, parent: string): Impact {
  return {
    current: sha256Hex(parent) as ConstitutionDigest, // over a bundle's own bytes
    draft: sha256Hex(draft) as ConstitutionDigest,
    articles: [],
    sections: ['suspension'],
    examples: { run: 0, failures: [] },
    replay: EMPTY_REPLAY,
  };
}

/** A draft with its impact, put to the vote. */
export function proposed(
  before: Proceedings,
  hours: number,
  more: { readonly id?: AmendmentId; readonly emergency?: boolean; readonly by?: Actor } = {},
): Proceedings {
  const { id = AMENDMENT, emergency = false, by = emergency ? MAX : ADA } = more;
  const at = momentAt(before, hours);
  const impact = impactOf(SECOND, FIRST);
  return happen(
    before,
    { kind: 'amendment-drafted', at, amendment: id, by, title: 'T', emergency, isRollback: false, bundle: SECOND },
    { kind: 'impact-attached', at, amendment: id, impact, digest: impactDigest(impact) },
    { kind: 'amendment-proposed', at, amendment: id, by, impact: impactDigest(impact) },
  );
}

export function signed(bundle: string, signers: readonly Signer[]): Envelope {
  return signEnvelope(BUNDLE_PAYLOAD_TYPE, Buffer.from(bundle), signers);
}

/** Keys with a fixed seed: PKCS #8 is this prefix and the seed (RFC 8410, section 7). */
export function signerOf(seed: number): Signer {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]);
  const signer = parseSigner(`-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`);
  if (!signer.ok) throw new Error(signer.refusal.message);
  return signer.value;
}
