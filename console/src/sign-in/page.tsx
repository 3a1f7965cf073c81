import { useState } from 'react';
import { useApi } from '../api/use-api.ts';
import { Button } from '../components/button.tsx';
import { Loaded, Loading } from '../components/states.tsx';
import { type Attempt, SignInProblem, useAttempt } from './attempt.tsx';
import { Field } from './field.tsx';
import { addressToReturnTo, refusedByProvider } from './refused.ts';
import { canUsePasskeys, type SignInWays, signInByPasskey, signInByPassword, signInByToken } from './sign-in-calls.ts';
import { SignInCard } from './sign-in-card.tsx';

/** Every way in that this server knows; whoever succeeds sees the page that they had asked for. */
export function SignInPage() {
  const ways = useApi('GET /v1/sign-in', {});
  return (
    <SignInCard title="Sign in">
      <Loaded of={ways} loading={<Loading lines={3} />}>
        {(known) => <Ways known={known} />}
      </Loaded>
    </SignInCard>
  );
}

function Ways({ known }: { readonly known: SignInWays }) {
  const hasPassword = known.ways.includes('password');
  const hasPasskey = known.ways.includes('passkey') && canUsePasskeys();
  const hasOpenid = known.ways.includes('openid');
  const isFirst = !hasPassword && !hasPasskey && !hasOpenid;
  const [usesToken, setUsesToken] = useState(isFirst);
  const attempt = useAttempt();
  return (
    <>
      <SignInProblem problem={attempt.problem ?? refusedByProvider(location.search)} />
      {hasOpenid ? <OpenidLink name={known.openid?.name ?? 'your organisation'} /> : null}
      {hasPasskey ? (
        <Button busy={attempt.isBusy} onClick={() => attempt.make(signInByPasskey)}>
          Use a passkey
        </Button>
      ) : null}
      {hasPassword ? <PasswordForm attempt={attempt} isMain={!hasOpenid} /> : null}
      {usesToken ? (
        <TokenForm attempt={attempt} isMain={isFirst} />
      ) : (
        <Button kind="quiet" onClick={() => setUsesToken(true)}>
          Use the token from the terminal
        </Button>
      )}
    </>
  );
}

function OpenidLink({ name }: { readonly name: string }) {
  return (
    <a
      className="button button-main"
      href={`/v1/sign-in/openid?return=${encodeURIComponent(addressToReturnTo(location))}`}
    >
      Continue with {name}
    </a>
  );
}

function PasswordForm({ attempt, isMain }: { readonly attempt: Attempt; readonly isMain: boolean }) {
  const [person, setPerson] = useState('');
  const [password, setPassword] = useState('');
  return (
    <form
      className="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        attempt.make(() => signInByPassword(person, password));
      }}
    >
      <Field label="Name" value={person} onChange={setPerson} autoComplete="username" />
      <Field label="Password" type="password" value={password} onChange={setPassword} autoComplete="current-password" />
      <Button type="submit" kind={isMain ? 'main' : 'plain'} busy={attempt.isBusy}>
        Sign in
      </Button>
    </form>
  );
}

function TokenForm({ attempt, isMain }: { readonly attempt: Attempt; readonly isMain: boolean }) {
  const [token, setToken] = useState('');
  return (
    <form
      className="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        attempt.make(() => signInByToken(token.trim()));
      }}
    >
      <Field
        label="Token"
        type="password"
        value={token}
        onChange={setToken}
        autoComplete="off"
        hint="Printed once by the first start of the server, beside “operator”."
      />
      <Button type="submit" kind={isMain ? 'main' : 'plain'} busy={attempt.isBusy}>
        Sign in with this token
      </Button>
    </form>
  );
}
