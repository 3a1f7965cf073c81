import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../components/button.tsx';
import { SignInProblem, useAttempt } from './attempt.tsx';
import { Field } from './field.tsx';
import { PASSWORD_CHARACTERS_MIN } from './password.ts';
import { signInByInvitation } from './sign-in-calls.ts';
import { SignInCard } from './sign-in-card.tsx';

/** Whoever was invited sets a password with their code, once, and is signed in. */
export function InvitationPage() {
  // After the hash, where it reaches neither a server nor its log.
  const [code, setCode] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const [password, setPassword] = useState('');
  const navigate = useNavigate();
  const attempt = useAttempt();
  return (
    <SignInCard title="Welcome">
      <SignInProblem problem={attempt.problem} />
      <form
        className="sign-in-form"
        onSubmit={(event) => {
          event.preventDefault();
          attempt.make(async () => {
            await signInByInvitation(code.trim(), password);
            await navigate({ to: '/' });
          });
        }}
      >
        <Field label="Code of your invitation" value={code} onChange={setCode} autoComplete="one-time-code" />
        <Field
          label="New password"
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
          minLength={PASSWORD_CHARACTERS_MIN}
          hint={`At least ${PASSWORD_CHARACTERS_MIN} characters. A few words that nobody else puts together are best.`}
        />
        <Button type="submit" kind="main" busy={attempt.isBusy}>
          Set it and sign in
        </Button>
      </form>
    </SignInCard>
  );
}
