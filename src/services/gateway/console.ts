/** One file of the built console, as it is sent. */
export interface ConsoleFile {
  readonly contentType: string;
  /** Its name changes with its content: it may be kept for ever. */
  readonly isImmutable: boolean;
  readonly etag: string;
  readonly bodies: { readonly identity: Buffer } & Readonly<Partial<Record<ConsoleEncoding, Buffer>>>;
}

export type ConsoleEncoding = 'br' | 'gzip';

/**
 * The built console, whole in memory: what is asked for is looked up by its name, so no request reaches the file system.
 * Paths begin with a slash; `/index.html` is the page itself.
 */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

/** Why there may be nothing to send: it is still being built, or could not be. */
export type ConsoleState =
  | { readonly kind: 'ready'; readonly files: ConsoleFiles }
  | { readonly kind: 'building' }
  | { readonly kind: 'missing'; readonly why: string };

/** Pages that the browser itself finds the way in; each is answered with the same document. Held to the router by a test. */
export const CONSOLE_PAGES = [
  'approvals',
  'decisions',
  'sessions',
  'constitution',
  'ledger',
  'agents',
  'health',
  'invitation',
  'device',
] as const;

/** The best encoding that the caller takes (RFC 9110, section 12.5.3); `q=0` means no. */
export function encodingFor(header: string | undefined, bodies: ConsoleFile['bodies']): ConsoleEncoding | undefined {
  const accepted = new Map(
    (header ?? '').split(',').map((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const quality = parameters.find((one) => one.startsWith('q='))?.slice(2);
      return [name, quality === undefined ? 1 : Number(quality)] as const;
    }),
  );
  const isTaken = (encoding: ConsoleEncoding) =>
    bodies[encoding] !== undefined && (accepted.get(encoding) ?? accepted.get('*') ?? 0) > 0;
  return (['br', 'gzip'] as const).find(isTaken);
}
