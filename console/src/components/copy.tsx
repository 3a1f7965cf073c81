import { useEffect, useState } from 'react';
import { Icon } from './icon.tsx';
import './copy.css';

const TOLD_MS = 1_500;

/** Puts a text on the clipboard, and says that it did. `shown` is what stands there in its place, a short form of a digest say. */
export function Copy(props: { readonly text: string; readonly shown?: string; readonly label: string }) {
  const [isTold, setTold] = useState(false);
  useEffect(() => {
    if (!isTold) return undefined;
    const timer = setTimeout(() => setTold(false), TOLD_MS);
    return () => clearTimeout(timer);
  }, [isTold]);
  return (
    <button
      type="button"
      className="copy mono"
      title={props.text}
      // What is seen is part of the name, for whoever speaks to the page (WCAG 2.5.3).
      aria-label={isTold ? 'Copied' : `Copy ${props.label} ${props.shown ?? props.text}`}
      onClick={() => {
        navigator.clipboard.writeText(props.text).then(
          () => setTold(true),
          () => setTold(false),
        );
      }}
    >
      <span className="cut">{props.shown ?? props.text}</span>
      <Icon name={isTold ? 'check' : 'copy'} size={12} />
    </button>
  );
}

/** A digest, short; the whole of it on the clipboard. */
export function Digest({ digest, label }: { readonly digest: string; readonly label: string }) {
  return <Copy text={digest} shown={digest.slice(0, 12)} label={label} />;
}
