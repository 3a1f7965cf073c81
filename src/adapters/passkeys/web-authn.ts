import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import {
  type AuthenticatorAnswer,
  PASSKEY_ALGORITHMS,
  type PasskeyExpectation,
  type PasskeyVerifier,
} from '#domain/identity/passkey.ts';
import { ok, refuse } from '#domain/result.ts';

/**
 * WebAuthn by `@simplewebauthn/server`. Attestation is not asked for and not looked at: which make of authenticator somebody has is
 * not ours to choose, and nothing is decided by it.
 */
export function createPasskeyVerifier(): PasskeyVerifier {
  return {
    async verifyNew(answer, expected) {
      const framed = refuseFramed(answer);
      if (framed !== undefined) return framed;
      try {
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          // Its outer form was checked at the edge; the library checks what is in it.
          response: { ...answer, clientExtensionResults: {} } as unknown as Registration,
          ...expectation(expected),
          supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS],
        });
        if (!verified) return refused('it does not verify');
        const { id, publicKey, counter } = registrationInfo.credential;
        return ok({ id, publicKey: Buffer.from(publicKey).toString('base64url'), counter });
      } catch (error) {
        return refused(error);
      }
    },
    async verifyUse(answer, { passkey, ...expected }) {
      const framed = refuseFramed(answer);
      if (framed !== undefined) return framed;
      try {
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          // As above.
          response: { ...answer, clientExtensionResults: {} } as unknown as Authentication,
          ...expectation(expected),
          credential: {
            id: passkey.id,
            publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
            counter: passkey.counter,
          },
        });
        return verified ? ok({ counter: authenticationInfo.newCounter }) : refused('its signature is not right');
      } catch (error) {
        return refused(error);
      }
    },
  };
}

type Registration = Parameters<typeof verifyRegistrationResponse>[0]['response'];
type Authentication = Parameters<typeof verifyAuthenticationResponse>[0]['response'];

function expectation({ isChallenge, origins, relyingPartyId }: PasskeyExpectation) {
  return {
    expectedChallenge: isChallenge,
    expectedOrigin: [...origins],
    expectedRPID: relyingPartyId,
    requireUserVerification: true,
  };
}

/** A page of ours within a page of somebody else's: the library lets it pass where the browser does not name the outer page. */
function refuseFramed({ response }: AuthenticatorAnswer) {
  const data = Buffer.from(response.clientDataJSON, 'base64url').toString('utf8');
  return /"crossOrigin"\s*:\s*true/.test(data) ? refused('it was made within a page of another site') : undefined;
}

/** Why is for the operator: to whoever tries, every failure is the same. */
function refused(why: unknown) {
  return refuse('passkey-refused', 'The passkey is not accepted.', why instanceof Error ? why.message : String(why));
}
