import path from 'node:path';
import { type Finding, type Import, isTest, lineAt, type Rule, type Source } from '../source.ts';

/** Who may import whom; imports point one way (ARCHITECTURE.md). A layer may always import from its own part. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain'],
  agents: ['domain'],
  adapters: ['domain'],
  services: ['domain', 'agents'],
  apps: ['domain', 'agents', 'adapters', 'services', 'apps'],
};

/** Layers whose folders do not know each other: one agent, one outside thing, one service. */
const SEPARATE = ['agents', 'adapters', 'services'];

/** What the domain may use from outside: pure, without I/O. Of some modules only what hashes, signs and compares. */
const DOMAIN_PACKAGES = ['canonicalize', 'unbash', 'node:path', 'node:crypto', 'node:zlib'];
const DOMAIN_NAMES: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': [
    'createHash',
    'createHmac',
    'hash',
    'timingSafeEqual',
    'createPrivateKey',
    'createPublicKey',
    'sign',
    'verify',
    'KeyObject',
  ],
  'node:zlib': ['crc32'],
};

export const layers: Rule = {
  name: 'layers',
  check(source) {
    if (source.path.startsWith('console/') && !isTest(source.path)) return inConsole(source);
    const from = placeOf(source.path);
    // Tests put layers together on purpose; what they import decides nothing at run time.
    if (from === undefined || isTest(source.path)) return [];
    return source.imports.flatMap((one) => {
      const message = refusalOf(source, from, one);
      return message === undefined
        ? []
        : [{ path: source.path, line: lineAt(source, one.start), rule: 'layers', message } satisfies Finding];
    });
  },
};

/** The console knows the server by its API alone, and its pages do not know each other. */
function inConsole(source: Source): readonly Finding[] {
  const page = pageOf(source.path);
  return source.imports.flatMap((one) => {
    const target = targetOf(source.path, one.specifier);
    if (target === undefined) return [];
    const other = pageOf(target);
    const message = !target.startsWith('console/')
      ? `the console imports ${one.specifier}: what it knows of the server comes through the API (console/src/api/schema.d.ts)`
      : page !== undefined && other !== undefined && other !== page
        ? `pages/${page} imports pages/${other}: no page knows another; put what both need into console/src/components`
        : undefined;
    return message === undefined
      ? []
      : [{ path: source.path, line: lineAt(source, one.start), rule: 'layers', message } satisfies Finding];
  });
}

function pageOf(file: string): string | undefined {
  return /^console\/src\/pages\/([^/]+)\//.exec(file)?.[1];
}

interface Place {
  readonly layer: string;
  /** Folder below the layer; empty for a file directly in it. */
  readonly part: string;
}

function refusalOf(source: Source, from: Place, one: Import): string | undefined {
  const target = targetOf(source.path, one.specifier);
  if (target === undefined) return from.layer === 'domain' ? refusalInDomain(one) : undefined;
  const to = placeOf(target);
  if (to === undefined) return `src imports ${one.specifier}: tools, tests and benchmarks are no part of the product`;
  if (to.layer === from.layer && (to.part === from.part || to.part === '')) return undefined;
  // The catalogue of a layer (`agents/agents.ts`) lists its folders; none of them imports it.
  if (to.layer === from.layer && source.path === `src/${from.layer}/${from.layer}.ts`) return undefined;
  if (to.layer === from.layer && SEPARATE.includes(to.layer)) {
    return `${from.layer}/${from.part} imports ${to.layer}/${to.part}: no ${to.layer} folder knows another; put what both need into domain, or pass it in from apps`;
  }
  if (MAY_IMPORT[from.layer]?.includes(to.layer) === true) return undefined;
  return `${from.layer} imports ${to.layer} (${one.specifier}): declare a port in domain and pass the implementation in from apps`;
}

function refusalInDomain({ specifier, names }: Import): string | undefined {
  if (!DOMAIN_PACKAGES.includes(specifier)) {
    return `domain imports ${specifier}: it may use ${DOMAIN_PACKAGES.join(', ')}; anything else arrives through a port`;
  }
  const allowed = DOMAIN_NAMES[specifier];
  const banned = allowed === undefined ? [] : names.filter((name) => !allowed.includes(name));
  if (banned.length === 0) return undefined;
  return `domain takes ${banned.join(', ')} from ${specifier}: only ${allowed?.join(', ')}; randomness, keys and files arrive as arguments`;
}

/** Where the imported file is, relative to the root; undefined for a package. */
function targetOf(importer: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(importer), specifier);
  const alias = /^#(\w+)\/(.+)$/.exec(specifier);
  return alias === null ? undefined : `src/${alias[1]}/${alias[2]}`;
}

function placeOf(file: string): Place | undefined {
  const [top, layer, ...rest] = file.split('/');
  if (top !== 'src' || layer === undefined || !(layer in MAY_IMPORT)) return undefined;
  return { layer, part: rest.length > 1 ? (rest[0] ?? '') : '' };
}
