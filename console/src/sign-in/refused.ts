/** In the address that the server sends a browser to whose sign-in at the OpenID provider has come to nothing. */
const PARAMETER = 'sign-in-refused';

const MEANINGS: Readonly<Record<string, string>> = {
  'openid-declined': 'Your provider did not sign you in, or you turned back there.',
  'openid-unavailable': 'The provider does not answer. Use another way, or try again in a minute.',
  'openid-attempt-over': 'That took too long, or was begun in another browser. Begin again.',
  'openid-answer-invalid':
    'What the provider answered is not to be believed. Begin again; if it stays so, tell an operator.',
  'openid-person-unknown': 'Nobody here has your account. An operator can bind it to you.',
  'openid-person-taken': 'Your name here belongs to another account of the provider. An operator can unbind it.',
  'openid-no-group': 'Your account is in no group that may sign in here any more.',
  'person-suspended': 'You are suspended here. An operator can reinstate you.',
  'locked-out': 'Too many attempts have failed. Wait five minutes.',
  'sign-in-busy': 'Many people are signing in. Try again.',
  'sign-in-insecure': 'People sign in over HTTPS, or on this machine itself.',
};

/** Why somebody is back without having signed in. Undefined: they have not been there. */
export function refusedByProvider(search: string): string | undefined {
  const code = new URLSearchParams(search).get(PARAMETER);
  if (code === null) return undefined;
  return Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : 'You were not signed in.';
}

/** The present address, without why the last attempt came to nothing. */
export function addressToReturnTo({ pathname, search }: Pick<Location, 'pathname' | 'search'>): string {
  const rest = new URLSearchParams(search);
  rest.delete(PARAMETER);
  const query = rest.toString();
  return query === '' ? pathname : `${pathname}?${query}`;
}
