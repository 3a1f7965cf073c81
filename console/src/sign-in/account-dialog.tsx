import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { messageOf } from '../api/problem.ts';
import { useApi, useCall } from '../api/use-api.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Facts } from '../components/pane.tsx';
import { Loaded, Loading } from '../components/states.tsx';
import { Time } from '../components/time.tsx';
import { SignInProblem } from './attempt.tsx';
import { Field } from './field.tsx';
import { PASSWORD_CHARACTERS_MIN } from './password.ts';
import { addPasskey, canUsePasskeys } from './sign-in-calls.ts';
import type { Me } from './use-me.ts';
import { useSignOut } from './use-sign-out.ts';
import './sign-in.css';

/**
 * What a change of one's own ways in makes stale, beside its own list: the sign-in is a new one, with a new token for what is
 * asked next. It is read even when the dialog is closed before the answer has come.
 */
const MY_SIGN_IN = 'GET /v1/me';

/** One's own account: who one is here, and what one signs in with. */
export function AccountDialog({ me, onClose }: { readonly me: Me; readonly onClose: () => void }) {
  const signOut = useSignOut();
  // A token is kept by whoever started the server; how they sign in is not changed by it.
  const isOwn = me.signIn !== undefined && me.signIn.way !== 'token';
  return (
    <Dialog title={me.name ?? me.id} onClose={onClose}>
      <div className="account">
        <Facts
          facts={[
            [
              'Id',
              <span key="id" className="mono">
                {me.id}
              </span>,
            ],
            ['Roles', me.roles.join(', ') || 'none'],
            ...(me.signIn === undefined
              ? []
              : ([
                  ['Signed in by', me.signIn.way],
                  ['Until', <Time key="until" atMs={me.signIn.expiresMs} />],
                ] as const)),
          ]}
        />
        {isOwn ? <OwnPasskeys /> : null}
        {isOwn && me.signIn?.way !== 'openid' ? <ChangePassword /> : null}
        <section>
          <h3>Other browsers</h3>
          <Button busy={signOut.isPending} onClick={() => signOut.mutate(true)}>
            Sign out everywhere
          </Button>
          <Told error={signOut.error} />
        </section>
      </div>
    </Dialog>
  );
}

function OwnPasskeys() {
  const passkeys = useApi('GET /v1/me/passkeys', {});
  const remove = useCall('DELETE /v1/me/passkeys/{id}', ['GET /v1/me/passkeys', MY_SIGN_IN]);
  const [name, setName] = useState('');
  const add = useMutation({
    mutationFn: () => addPasskey(name),
    onSuccess: async () => {
      setName('');
      await passkeys.refetch();
    },
  });
  return (
    <section>
      <h3>Passkeys</h3>
      <Loaded of={passkeys} loading={<Loading lines={2} />}>
        {(known) => (
          <ul className="account-passkeys">
            {known.passkeys.map((one) => (
              <li key={one.id}>
                <span>{one.name}</span>
                <span className="soft small">
                  added <Time atMs={one.addedMs} />
                  {one.usedMs === undefined ? null : (
                    <>
                      , used <Time atMs={one.usedMs} />
                    </>
                  )}
                </span>
                <Button
                  kind="quiet"
                  label={`Remove ${one.name}`}
                  busy={remove.isPending}
                  onClick={() => remove.mutate({ params: { id: one.id } })}
                >
                  Remove
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {canUsePasskeys() ? (
        <form
          className="account-line"
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate();
          }}
        >
          <Field label="Name of a new one" value={name} onChange={setName} autoComplete="off" />
          <Button type="submit" busy={add.isPending}>
            Add
          </Button>
        </form>
      ) : null}
      <Told error={add.error} />
      <Told error={remove.error} />
    </section>
  );
}

function ChangePassword() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useCall('POST /v1/me/password', [MY_SIGN_IN]);
  return (
    <section>
      <h3>Password</h3>
      <form
        className="sign-in-form"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(
            { body: { current, next } },
            {
              onSuccess: () => {
                setCurrent('');
                setNext('');
              },
            },
          );
        }}
      >
        <Field label="Now" type="password" value={current} onChange={setCurrent} autoComplete="current-password" />
        <Field
          label="From now on"
          type="password"
          value={next}
          onChange={setNext}
          autoComplete="new-password"
          minLength={PASSWORD_CHARACTERS_MIN}
          hint={`At least ${PASSWORD_CHARACTERS_MIN} characters.`}
        />
        <div>
          <Button type="submit" busy={change.isPending}>
            Change it
          </Button>
        </div>
      </form>
      {change.isSuccess ? <p role="status">It is changed; every other sign-in of yours is over.</p> : null}
      <Told error={change.error} />
    </section>
  );
}

function Told({ error }: { readonly error: Error | null }) {
  return <SignInProblem problem={error === null ? undefined : messageOf(error)} />;
}
