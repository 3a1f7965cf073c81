import { LRUCache } from 'lru-cache';
import { compareConstitutions } from '#domain/amendment/impact.ts';
import type { ParseBundle } from '#domain/constitution/bundle.ts';
import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { canonicalConstitution } from '#domain/constitution/digest.ts';
import type { ConstitutionRegistry } from '#domain/constitution/registry.ts';
import type { JsonObject, JsonValue } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Constitutions whose policies are kept as text: those that people compare on one day. Some 100 KB each. */
const TEXTS_KEPT_MAX = 16;

export interface ReadingDeps {
  readonly registry: Pick<ConstitutionRegistry, 'read'>;
  /** The bundle of a proposed constitution, which no registry keeps before it is signed. */
  readonly draft: (digest: ConstitutionDigest) => string | undefined;
  readonly parseBundle: ParseBundle;
  /** Cedar's own text of each policy, by id; takes a process and a second. */
  readonly writePolicies: (policies: Readonly<Record<string, JsonObject>>) => Promise<Readonly<Record<string, string>>>;
}

type Found = Result<Constitution, 'constitution-unknown' | 'bundle-malformed'>;

/** What `to` says otherwise than `from`. */
export interface Difference extends Pick<ReturnType<typeof compareConstitutions>, 'articles'> {
  readonly from: Pick<Constitution, 'number' | 'digest' | 'title'>;
  readonly to: Pick<Constitution, 'number' | 'digest' | 'title'>;
  /** Parts other than articles and policies, in their canonical form; null where one of the two has none. */
  readonly sections: readonly { readonly name: string; readonly before: JsonValue; readonly after: JsonValue }[];
}

/** Constitutions as people read and compare them: of the lineage, and those that are proposed. @throws {RegistryUnavailable} */
export function createReading(deps: ReadingDeps) {
  const texts = new LRUCache<ConstitutionDigest, Promise<Readonly<Record<string, string>>>>({ max: TEXTS_KEPT_MAX });
  let turn: Promise<unknown> = Promise.resolve();

  async function find(digest: ConstitutionDigest): Promise<Found> {
    const kept = await deps.registry.read(digest);
    const draft = kept === undefined ? deps.draft(digest) : undefined;
    const bytes = kept?.bytes ?? (draft === undefined ? undefined : Buffer.from(draft, 'utf8'));
    if (bytes === undefined) {
      return refuse('constitution-unknown', 'No constitution of this digest is kept or proposed here.');
    }
    const parsed = deps.parseBundle(bytes);
    return parsed.ok ? ok(parsed.value.constitution) : parsed;
  }

  /** One at a time: each takes the memory of Cedar's own implementation while it runs. */
  function write({ policies }: Constitution): Promise<Readonly<Record<string, string>>> {
    const written = turn.then(
      () => deps.writePolicies(policies),
      () => deps.writePolicies(policies),
    );
    turn = written.catch(() => undefined);
    return written;
  }

  return {
    find,
    /** By policy id. */
    async policyTexts(digest: ConstitutionDigest) {
      const found = await find(digest);
      if (!found.ok) return found;
      let written = texts.get(digest);
      if (written === undefined) {
        written = write(found.value);
        texts.set(digest, written);
        // What failed is tried again by the next who asks.
        written.catch(() => texts.delete(digest));
      }
      return ok(await written);
    },
    async difference(from: ConstitutionDigest, to: ConstitutionDigest) {
      const [before, after] = [await find(from), await find(to)];
      if (!before.ok) return before;
      if (!after.ok) return after;
      return ok(differenceOf(before.value, after.value));
    },
  };
}

function differenceOf(from: Constitution, to: Constitution): Difference {
  const [was, will] = [canonicalConstitution(from), canonicalConstitution(to)];
  const { sections, articles } = compareConstitutions(from, to);
  const named = ({ number, digest, title }: Constitution) => ({ number, digest, title });
  return {
    from: named(from),
    to: named(to),
    articles,
    sections: sections.map((name) => ({ name, before: was[name] ?? null, after: will[name] ?? null })),
  };
}
