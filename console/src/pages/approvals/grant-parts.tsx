/** What a grant lets through, in the server's words: all of it, one line each. */
export function Covers(props: { readonly covers: readonly string[]; readonly workspaceRoots: readonly string[] }) {
  return (
    <>
      <ul className="grant-covers">
        {props.covers.map((text) => (
          <li key={text} className="mono">
            {text}
          </li>
        ))}
      </ul>
      <p className="small soft">
        In <span className="mono">{props.workspaceRoots.join(', ')}</span>; nothing else, and nowhere else.
      </p>
    </>
  );
}

/** The same as the policies that decide; to be read, never to be written. */
export function Policies({ policies }: { readonly policies: readonly string[] }) {
  return (
    <details className="grant-policies">
      <summary>As Cedar, which is what decides</summary>
      {/* A box that scrolls must be reachable by the keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, a scrollable box without a control in it */}
      <pre tabIndex={0}>{policies.join('\n')}</pre>
    </details>
  );
}
