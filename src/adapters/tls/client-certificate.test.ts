import { describe, expect, it } from 'vitest';
import { uriNames } from '#adapters/tls/client-certificate.ts';

describe('the URIs among the names of a certificate', () => {
  it.each<[string, readonly string[] | undefined]>([
    ['', []],
    ['DNS:a.example, IP Address:127.0.0.1', []],
    ['URI:spiffe://a/agent/x', ['spiffe://a/agent/x']],
    ['DNS:a, URI:spiffe://a/agent/x, URI:b', ['spiffe://a/agent/x', 'b']],
    // A name that reads like two is one, in quotes.
    ['DNS:"a, URI:spiffe://a/agent/x"', []],
    ['URI:"spiffe://a/agent/x, URI:b"', ['spiffe://a/agent/x, URI:b']],
    ['DNS:"a\\", URI:b"', []],
    ['IP Address:0:0:0:0:0:0:0:1, URI:b', ['b']],
    // What has no single reading has none.
    ['URI:a"b', undefined],
    ['URI:"a', undefined],
    ['nonsense', undefined],
    ['URI:a,URI:b', undefined],
  ])('%s', (names, uris) => {
    expect(uriNames(names)).toEqual(uris);
  });
});
