import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi, useCall } from '../api/use-api.ts';
import { Badge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Facts, PageHead, Pane } from '../components/pane.tsx';
import { Loaded, ProblemState } from '../components/states.tsx';
import { Time } from '../components/time.tsx';
import { Field } from './field.tsx';
import './sign-in.css';

const route = getRouteApi('/console/device');

/** A command line asks to act for whoever is signed in here (`acgs login`). */
export function DevicePage() {
  const { code } = route.useSearch();
  return (
    <div className="device">
      <PageHead
        title="Let a command line in"
        lead="“acgs login” on a machine of yours shows a code. Allow it only where you started it yourself, just now."
      />
      {code === undefined ? <AskForCode /> : <Login code={code} />}
    </div>
  );
}

function AskForCode() {
  const navigate = route.useNavigate();
  const [code, setCode] = useState('');
  return (
    <Pane title="Code">
      <form
        className="sign-in-form"
        onSubmit={(event) => {
          event.preventDefault();
          void navigate({ search: { code: code.trim() } });
        }}
      >
        <Field label="Code that the machine shows" value={code} onChange={setCode} autoComplete="off" />
        <Button type="submit" kind="main">
          Look it up
        </Button>
      </form>
    </Pane>
  );
}

function Login({ code }: { readonly code: string }) {
  const login = useApi('GET /v1/device-codes/{code}', { params: { code } });
  const answer = useCall('POST /v1/device-codes/{code}', ['GET /v1/device-codes/{code}']);
  const give = (given: 'approve' | 'refuse') => answer.mutate({ params: { code }, body: { answer: given } });
  return (
    <Pane title="Who asks">
      <Loaded of={login}>
        {(asked) => (
          <div className="device-login">
            <Facts
              facts={[
                [
                  'Code',
                  <span key="code" className="device-code mono">
                    {asked.code}
                  </span>,
                ],
                ['Machine', asked.machine],
                [
                  'From',
                  <span key="from" className="mono">
                    {asked.address}
                  </span>,
                ],
                ['Asked', <Time key="asked" atMs={asked.askedMs} />],
                ['Over', <Time key="over" atMs={asked.expiresMs} />],
              ]}
            />
            {asked.state === 'waiting' ? (
              <div className="device-answers">
                <Button kind="main" busy={answer.isPending} onClick={() => give('approve')}>
                  Allow it to act for me
                </Button>
                <Button kind="no" busy={answer.isPending} onClick={() => give('refuse')}>
                  It was not me
                </Button>
              </div>
            ) : (
              <p>
                <Badge tone={asked.state === 'approved' ? 'good' : 'bad'}>{asked.state}</Badge>{' '}
                {asked.state === 'approved' ? 'The command line goes on by itself.' : 'It was let in nowhere.'}
              </p>
            )}
            {answer.error === null ? null : <ProblemState error={answer.error} />}
          </div>
        )}
      </Loaded>
    </Pane>
  );
}
