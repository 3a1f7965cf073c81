import { Outlet } from '@tanstack/react-router';
import { Loaded, Loading } from '../components/states.tsx';
import { SignInPage } from '../sign-in/page.tsx';
import { useMe } from '../sign-in/use-me.ts';
import { LiveNotice } from './live-notice.tsx';
import { Navigation } from './navigation.tsx';
import './shell.css';

/** What is around every page: who is not signed in is asked to, in the place that they wanted to go to. */
export function Shell() {
  const me = useMe();
  return (
    <Loaded of={me} loading={<Loading label="Asking who is signed in" />}>
      {(known) =>
        known === null ? (
          <SignInPage />
        ) : (
          <div className="shell">
            <a className="skip" href="#page">
              Skip to the page
            </a>
            <Navigation me={known} />
            <main id="page" className="shell-page" tabIndex={-1}>
              <LiveNotice />
              <Outlet />
            </main>
          </div>
        )
      }
    </Loaded>
  );
}
