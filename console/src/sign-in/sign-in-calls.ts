import { send } from '../api/client.ts';

/** How people can sign in on this server (`GET /v1/sign-in`). */
export interface SignInWays {
  readonly ways: readonly ('passkey' | 'password' | 'openid')[];
  readonly openid?: { readonly name: string };
}

/** What `acgs start` printed for the first operator, exchanged for a sign-in of this browser. */
export async function signInByToken(token: string): Promise<void> {
  await send('POST', '/v1/sign-in/token', { headers: { authorization: `Bearer ${token}` } });
}

export async function signInByPassword(person: string, password: string): Promise<void> {
  await send('POST', '/v1/sign-in/password', { body: { person, password } });
}

/** A one-time code sets the first password. */
export async function signInByInvitation(code: string, password: string): Promise<void> {
  await send('POST', '/v1/sign-in/invitation', { body: { code, password } });
}

/**
 * A passkey of this device, of whomever it belongs to (WebAuthn Level 3, section 5.1.4).
 * @throws {DOMException} when the person says no, or there is none
 */
export async function signInByPasskey(): Promise<void> {
  const asked = await send('POST', '/v1/sign-in/passkey/options', { body: {} });
  // Parsed by the browser itself, which refuses what is no such request.
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(
    optionsOf(asked) as PublicKeyCredentialRequestOptionsJSON,
  );
  const credential = await navigator.credentials.get({ publicKey: options });
  if (!(credential instanceof PublicKeyCredential)) throw new Error('The browser gave no passkey.');
  await send('POST', '/v1/sign-in/passkey', { body: bodyOf(asked, credential) });
}

export function canUsePasskeys(): boolean {
  return (
    typeof PublicKeyCredential === 'function' && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'
  );
}

export async function signOut(): Promise<void> {
  await send('POST', '/v1/sign-out', { body: {} });
}

/** Options alone, or beside what they are called by on the server. */
function optionsOf(asked: unknown): unknown {
  return typeof asked === 'object' && asked !== null && 'options' in asked ? asked.options : asked;
}

function bodyOf(asked: unknown, credential: PublicKeyCredential): unknown {
  const answer = credential.toJSON();
  return typeof asked === 'object' && asked !== null && 'options' in asked
    ? { ...asked, options: undefined, response: answer }
    : { response: answer };
}
