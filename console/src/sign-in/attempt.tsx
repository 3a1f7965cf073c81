import { useMutation } from '@tanstack/react-query';
import { messageOf } from '../api/problem.ts';
import { Icon } from '../components/icon.tsx';
import { useForgetEverything } from './use-me.ts';
import './sign-in.css';

export interface Attempt {
  readonly isBusy: boolean;
  /** Why the last one came to nothing, in words. */
  readonly problem: string | undefined;
  readonly make: (way: () => Promise<void>) => void;
}

/** Tries a way in; whoever succeeds sees everything anew. */
export function useAttempt(): Attempt {
  const forget = useForgetEverything();
  const attempt = useMutation({ mutationFn: (way: () => Promise<void>) => way(), onSuccess: forget });
  return {
    isBusy: attempt.isPending,
    problem: attempt.error === null ? undefined : messageOf(attempt.error),
    make: (way) => attempt.mutate(way),
  };
}

/** In a card of its own, where a whole page's state would be too much. */
export function SignInProblem({ problem }: { readonly problem: string | undefined }) {
  if (problem === undefined) return null;
  return (
    <p className="sign-in-problem" role="alert">
      <Icon name="warn" size={14} /> {problem}
    </p>
  );
}
