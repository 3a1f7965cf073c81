import type { ReactNode } from 'react';
import './sign-in.css';

/** The one thing on a page of somebody who is not signed in. */
export function SignInCard({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <img src="/icon.svg" alt="" width={36} height={36} />
        <h1>{title}</h1>
        <p className="soft">A constitution for coding agents</p>
        <div className="sign-in-ways">{children}</div>
      </div>
    </main>
  );
}
