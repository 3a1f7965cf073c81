import { call, type Reply, send } from '../api/client.ts';

/** How people can sign in on this server. */
export type SignInWays = Reply<'GET /v1/sign-in'>;

/** What `acgs start` printed for the first operator, exchanged for a sign-in of this browser. */
export async function signInByToken(token: string): Promise<void> {
  await send('POST', '/v1/sign-in/token', { headers: { authorization: `Bearer ${token}` } });
}

export async function signInByPassword(person: string, password: string): Promise<void> {
  await call('POST /v1/sign-in/password', { body: { person, password } });
}

/** A one-time code sets the first password. */
export async function signInByInvitation(code: string, password: string): Promise<void> {
  await call('POST /v1/sign-in/invitation', { body: { code, password } });
}

/**
 * A passkey of this device, of whomever it belongs to (WebAuthn Level 3, section 5.1.4).
 * @throws {DOMException} when the person says no, or there is none
 */
export async function signInByPasskey(): Promise<void> {
  const asked = await call('POST /v1/sign-in/passkey/options', {});
  // Its form is the browser's own to check: it refuses what is no such request.
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked as PublicKeyCredentialRequestOptionsJSON);
  const credential = credentialOf(await navigator.credentials.get({ publicKey }));
  await send('POST', '/v1/sign-in/passkey', { body: { response: credential.toJSON() } });
}

/** Makes one for the person who is signed in, on this device. */
export async function addPasskey(name: string): Promise<void> {
  const asked = await call('POST /v1/me/passkeys/options', {});
  // As above.
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    asked as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  const credential = credentialOf(await navigator.credentials.create({ publicKey }));
  await send('POST', '/v1/me/passkeys', { body: { name, response: credential.toJSON() } });
}

export function canUsePasskeys(): boolean {
  return (
    typeof PublicKeyCredential === 'function' && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'
  );
}

/** Returns where the provider ends its own sign-in; undefined where there is none. */
export async function signOut(everywhere: boolean): Promise<string | undefined> {
  return (await call('POST /v1/sign-out', { body: { everywhere } }))?.continueAt;
}

function credentialOf(given: Credential | null): PublicKeyCredential {
  if (given instanceof PublicKeyCredential) return given;
  throw new Error('The browser gave no passkey.');
}
