import type { OwnAddress } from '#domain/identity/own-address.ts';

/** Ways in which people can sign in here, as a page at `host` can use them; the best comes first. */
export interface SignInWays {
  readonly ways: readonly ('passkey' | 'password' | 'openid')[];
  readonly openid?: { readonly name: string };
}

/** @param host as in the header `Host`: only a hint for what to show, so it need not be trusted */
export function signInWays(
  host: string,
  { address, openid }: { readonly address: OwnAddress; readonly openid?: { readonly name: string } },
): SignInWays {
  if (!address.isPrivate) return { ways: [] };
  const { relyingPartyId: id } = address;
  const hostname = host.replace(/:\d+$/, '');
  const canPasskey = id !== undefined && (hostname === id || hostname.endsWith(`.${id}`));
  return {
    ways: [
      ...(openid === undefined ? [] : (['openid'] as const)),
      ...(canPasskey ? (['passkey'] as const) : []),
      'password',
    ],
    ...(openid === undefined ? {} : { openid }),
  };
}
