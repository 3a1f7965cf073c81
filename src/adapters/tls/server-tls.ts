import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';
import { readClientCertificate } from '#adapters/tls/client-certificate.ts';
import type { ClientCertificate } from '#domain/identity/client-certificate.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** PEM files: the server's chain and key, and the authorities of clients where they may show certificates. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile?: string | undefined;
}

/** How often the files are looked at, in milliseconds: a renewed certificate is in use after that. */
const LOOK_MS = 2_000;

export interface ServerTls {
  /** For `https.createServer`. */
  readonly options: SecureContextOptions & {
    readonly minVersion: 'TLSv1.3';
    readonly requestCert: boolean;
    readonly rejectUnauthorized: boolean;
  };
  /** The certificate of whoever is at the other end; undefined when none was shown. */
  certificateOf(socket: object): ClientCertificate | undefined;
  /** Takes what is changed in the files into use, while connections go on. Returns what ends it. */
  watch(server: Server, onError: (error: unknown) => void): () => void;
}

/**
 * TLS as files say. A caller without a certificate, or with one that is not trusted, is connected all the same: others prove who they
 * are by other means, and what a certificate is worth is asked where one is needed.
 */
export async function openServerTls(files: TlsFiles): Promise<Result<ServerTls, 'tls-invalid'>> {
  let loaded: Loaded;
  try {
    loaded = await load(files);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refuse('tls-invalid', `The files for TLS cannot be used: ${why}`);
  }
  /** Raised when the authorities change: what was trusted on a connection before is trusted no more. */
  let generation = 0;
  const seen = new WeakMap<object, { readonly generation: number; certificate?: ClientCertificate | undefined }>();

  return ok({
    options: {
      ...loaded.context,
      minVersion: 'TLSv1.3',
      requestCert: files.clientCaFile !== undefined,
      rejectUnauthorized: false,
    },
    certificateOf(socket) {
      const connection = seen.get(socket);
      if (connection === undefined) return undefined;
      // Read once: it stays the same for as long as the connection lasts.
      if (!('certificate' in connection)) connection.certificate = readClientCertificate(socket as TLSSocket); // only these are seen
      const { certificate } = connection;
      if (certificate === undefined || connection.generation === generation) return certificate;
      return { ...certificate, distrust: 'the authorities have changed since: connect again' };
    },
    watch(server, onError) {
      server.on('secureConnection', (socket) => seen.set(socket, { generation }));
      async function look(): Promise<void> {
        const next = await load(files);
        if (next.text === loaded.text) return;
        // Tickets of before are void with it: nobody resumes a connection that was trusted by other authorities.
        server.setSecureContext({ ...next.context, minVersion: 'TLSv1.3' });
        if (next.context.ca !== loaded.context.ca) generation += 1;
        loaded = next;
      }
      let looking = false;
      const timer = setInterval(() => {
        if (looking) return;
        looking = true;
        // A renewal may write one file after the other: what does not fit together is looked at again.
        look()
          .catch(onError)
          .finally(() => {
            looking = false;
          });
      }, LOOK_MS);
      timer.unref();
      return () => clearInterval(timer);
    },
  });
}

interface Loaded {
  readonly context: { readonly cert: string; readonly key: string; readonly ca?: string };
  readonly text: string;
}

/** @throws when a file cannot be read, or they do not fit together */
async function load({ certFile, keyFile, clientCaFile }: TlsFiles): Promise<Loaded> {
  const [cert, key, ca] = await Promise.all([
    readFile(certFile, 'utf8'),
    readFile(keyFile, 'utf8'),
    clientCaFile === undefined ? undefined : readFile(clientCaFile, 'utf8'),
  ]);
  const context = { cert, key, ...(ca === undefined ? {} : { ca }) };
  createSecureContext(context);
  return { context, text: [cert, key, ca].join('\n') };
}
