import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Loaded, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import type { Policy, ReadArticle } from './reading.ts';

/** Each article with its policies; one that is `open` comes into sight with its text. */
export function Articles(props: {
  readonly digest: string;
  readonly articles: readonly ReadArticle[];
  readonly open: string | undefined;
}) {
  const { digest, articles, open } = props;
  return articles.map(({ article, policies }) => (
    <section
      key={article.number}
      id={`article-${article.number}`}
      className="constitution-article"
      aria-labelledby={`title-${article.number}`}
    >
      <h2 id={`title-${article.number}`}>
        <span className="numeric soft">Article {article.number}</span> {article.title}
      </h2>
      <p className="constitution-words">{article.text}</p>
      <ul className="constitution-policies">
        {policies.map((policy) => (
          <PolicyItem key={policy.id} digest={digest} policy={policy} isOpen={policy.id === open} />
        ))}
      </ul>
      {policies.length === 0 ? <p className="soft">No policy carries it out.</p> : null}
    </section>
  ));
}

function PolicyItem({
  digest,
  policy,
  isOpen,
}: {
  readonly digest: string;
  readonly policy: Policy;
  readonly isOpen: boolean;
}) {
  const item = useRef<HTMLLIElement>(null);
  const [isShown, setShown] = useState(isOpen);
  useEffect(() => {
    if (!isOpen) return;
    setShown(true);
    item.current?.scrollIntoView({ block: 'center' });
  }, [isOpen]);
  const { id, effect, reason, advice } = policy;
  return (
    <li ref={item} id={`policy-${id}`} className="constitution-policy" aria-current={isOpen}>
      <div className="constitution-policy-head">
        <Badge tone={effect === 'permit' ? 'good' : 'bad'} icon={effect === 'permit' ? 'allow' : 'deny'}>
          {effect}
        </Badge>
        <Link to="/constitution" search={(before) => ({ ...before, policy: id })} className="mono">
          {id}
        </Link>
        <Suspended id={id} />
      </div>
      <p>{reason}</p>
      {advice === undefined ? null : (
        <p className="soft">
          <span className="constitution-instead">Instead</span> {advice}
        </p>
      )}
      <details open={isShown} onToggle={(event) => setShown(event.currentTarget.open)}>
        <summary className="small soft">Cedar</summary>
        {isShown ? <CedarText digest={digest} id={id} /> : null}
      </details>
    </li>
  );
}

/** All policies of a constitution come in one answer, so the first one that is opened waits for a second, and the others not. */
function CedarText({ digest, id }: { readonly digest: string; readonly id: string }) {
  const texts = useApi('GET /v1/constitutions/{digest}/policies', { params: { digest } });
  return (
    <Loaded of={texts} loading={<Loading lines={3} label="Loading the text of the policies" />}>
      {({ policies }) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1)
        <pre className="constitution-cedar" tabIndex={0}>
          {policies[id]}
        </pre>
      )}
    </Loaded>
  );
}

function Suspended({ id }: { readonly id: string }) {
  const suspensions = useApi('GET /v1/suspensions', {});
  const found = suspensions.data?.suspensions.find(
    ({ policy, state }) => policy === id && (state === 'open' || state === 'ratified'),
  );
  if (found === undefined) return null;
  return (
    <>
      <Badge tone="waiting" icon="pause">
        suspended
      </Badge>
      <span className="small soft">
        by {found.by}: {found.reason}
        {found.state === 'open' ? (
          <>
            {' '}
            (ends <Time atMs={found.expiresMs} />)
          </>
        ) : null}
      </span>
    </>
  );
}
