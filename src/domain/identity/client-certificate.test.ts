import { describe, expect, it } from 'vitest';
import { agentOfCertificate, type ClientCertificate } from '#domain/identity/client-certificate.ts';

const certificate = (more: Partial<ClientCertificate> = {}): ClientCertificate => ({
  thumbprint: 't',
  uris: ['spiffe://acgs.example/agent/ada-laptop'],
  isAuthority: false,
  fromMs: 10,
  untilMs: 20,
  distrust: undefined,
  ...more,
});
const agentOf = (more: Partial<ClientCertificate>, nowMs = 10) =>
  agentOfCertificate(certificate(more), { trustDomain: 'acgs.example', nowMs });

describe('the agent of a certificate', () => {
  it('is the one that its only SPIFFE id names, in its time', () => {
    expect(agentOf({})).toEqual({ ok: true, value: 'ada-laptop' });
    expect(agentOf({}, 19).ok).toBe(true);
  });

  it.each<[string, Partial<ClientCertificate>, number?]>([
    ['is not trusted', { distrust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }],
    ['is an authority', { isAuthority: true }],
    ['has begun too late', {}, 9],
    ['is over', {}, 20],
    ['has names that cannot be read', { uris: undefined }],
    ...[
      [],
      ['spiffe://acgs.example/agent/a', 'https://acgs.example'],
      ['SPIFFE://acgs.example/agent/a'],
      ['spiffe://ACGS.example/agent/a'],
      ['spiffe://acgs.example:443/agent/a'],
      ['spiffe://user@acgs.example/agent/a'],
      ['spiffe://acgs.example/agent/a?x'],
      ['spiffe://acgs.example/agent/a#x'],
      ['spiffe://acgs.example/agent/%61'],
      ['spiffe://acgs.example/agent/a/'],
      ['spiffe://acgs.example//agent/a'],
      ['spiffe://acgs.example/agent/..'],
      ['spiffe://acgs.example/agent/.'],
      ['spiffe://acgs.example/agent'],
      ['spiffe://acgs.example'],
      ['spiffe://acgs.example/agents/a'],
      ['spiffe://acgs.example/agent/a\n'],
      [`spiffe://acgs.example/agent/${'a'.repeat(2048)}`],
      [''],
    ].map((uris): [string, Partial<ClientCertificate>] => [
      `has the URIs ${JSON.stringify(uris).slice(0, 80)}`,
      { uris },
    ]),
  ])('is nobody when it %s', (_name, more, nowMs) => {
    expect(agentOf(more, nowMs)).toMatchObject({ ok: false, refusal: { code: 'certificate-invalid' } });
  });
});
