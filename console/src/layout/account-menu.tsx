import { lazy, Suspense, useState } from 'react';
import { Icon, type IconName } from '../components/icon.tsx';
import type { Me } from '../sign-in/use-me.ts';
import { useSignOut } from '../sign-in/use-sign-out.ts';
import { type Theme, useTheme } from '../theme/theme.ts';

const AccountDialog = lazy(async () => ({ default: (await import('../sign-in/account-dialog.tsx')).AccountDialog }));

const THEMES: readonly { readonly theme: Theme; readonly icon: IconName; readonly name: string }[] = [
  { theme: 'system', icon: 'screen', name: 'As the system' },
  { theme: 'light', icon: 'sun', name: 'Light' },
  { theme: 'dark', icon: 'moon', name: 'Dark' },
];

/** Who is signed in, how the console looks to them, and the way out. */
export function AccountMenu({ me }: { readonly me: Me }) {
  const [isOpen, setOpen] = useState(false);
  const [theme, setTheme] = useTheme();
  const signOut = useSignOut();
  const next = THEMES[(THEMES.findIndex((one) => one.theme === theme) + 1) % THEMES.length] ?? THEMES[0];
  const shown = THEMES.find((one) => one.theme === theme);
  return (
    <>
      <button type="button" className="side-person cut" title={me.roles.join(', ')} onClick={() => setOpen(true)}>
        {me.name ?? me.id}
      </button>
      {isOpen ? (
        <Suspense>
          <AccountDialog me={me} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
      <button
        type="button"
        className="icon-button"
        aria-label={`Theme: ${shown?.name}. Change`}
        title={`Theme: ${shown?.name}`}
        onClick={() => setTheme(next?.theme ?? 'system')}
      >
        <Icon name={shown?.icon ?? 'screen'} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Sign out"
        title="Sign out"
        onClick={() => signOut.mutate(false)}
      >
        <Icon name="leave" />
      </button>
    </>
  );
}
