import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What stands in a certificate for a test. */
export interface CertificateContent {
  /** Subject alternative names as OpenSSL writes them: `URI:spiffe://…`, `DNS:…`, `IP:…`. */
  readonly names?: readonly string[];
  readonly commonName?: string;
  /** Days from now until it expires; negative: it has. */
  readonly days?: number;
  /** It may sign others. */
  readonly isAuthority?: boolean;
}

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** Certificates, right ones and wrong ones, made by OpenSSL in a folder of their own. */
export function createCertificates() {
  const folder = mkdtempSync(join(tmpdir(), 'acgs-certificates-'));
  let made = 0;

  function openssl(...words: string[]): void {
    execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  function make(content: CertificateContent, issuer?: CertificateFiles): CertificateFiles {
    made += 1;
    const [keyFile, requestFile, certFile, extensions] = ['key', 'csr', 'crt', 'ext'].map((end) =>
      join(folder, `${made}.${end}`),
    ) as [string, string, string, string]; // as many as there are ends
    const subject = `/CN=${content.commonName ?? `test ${made}`}`;
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', keyFile);
    openssl('req', '-new', '-key', keyFile, '-subj', subject, '-out', requestFile);
    execFileSync('tee', [extensions], {
      input: [
        `basicConstraints=critical,CA:${content.isAuthority === true ? 'TRUE' : 'FALSE'}`,
        `keyUsage=critical,${content.isAuthority === true ? 'keyCertSign,digitalSignature' : 'digitalSignature'}`,
        ...(content.names === undefined ? [] : [`subjectAltName=${content.names.join(',')}`]),
      ].join('\n'),
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const signing =
      issuer === undefined
        ? ['-signkey', keyFile]
        : ['-CA', issuer.certFile, '-CAkey', issuer.keyFile, '-CAcreateserial'];
    const days = String(content.days ?? 30);
    openssl('x509', '-req', '-in', requestFile, ...signing, '-days', days, '-extfile', extensions, '-out', certFile);
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  }

  return {
    folder,
    /** An authority of its own. */
    authority: (commonName: string) => make({ commonName, isAuthority: true }),
    issue: (issuer: CertificateFiles, content: CertificateContent) => make(content, issuer),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
