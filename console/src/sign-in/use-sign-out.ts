import { useMutation } from '@tanstack/react-query';
import { signOut } from './sign-in-calls.ts';
import { useForgetEverything } from './use-me.ts';

/**
 * Ends this sign-in, or all of one's own (`everywhere`); then the provider is asked to end its own, where there is one. Who is
 * signed in is looked up again in any case: a sign-in that has ended already cannot be ended, and is as good as one that was.
 */
export function useSignOut() {
  const forget = useForgetEverything();
  return useMutation({
    mutationFn: (everywhere: boolean) => signOut(everywhere),
    onSettled: async (continueAt) => {
      await forget();
      if (continueAt !== undefined) location.assign(continueAt);
    },
  });
}
