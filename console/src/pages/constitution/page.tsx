import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Reply } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Digest } from '../../components/copy.tsx';
import { SearchField } from '../../components/form.tsx';
import { Facts, PageHead, Pane } from '../../components/pane.tsx';
import { Empty, Loaded, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { TryIt } from '../../components/try-it/try-it.tsx';
import { Articles } from './articles.tsx';
import './constitution.css';
import { ConstitutionTabs } from './constitution-tabs.tsx';
import { articlesOf, type Reading, sectionsOf } from './reading.ts';

type InForce = Reply<'GET /v1/constitution'>;

/** A constitution as people read it: its articles, the policies that carry each out, and how it is changed. */
export function ConstitutionPage() {
  const { q = '', digest } = useSearch({ from: '/console/constitution' });
  const navigate = useNavigate({ from: '/constitution' });
  const inForce = useApi('GET /v1/constitution', {}, { everyMs: 15_000 });
  return (
    <>
      <PageHead title="Constitution" lead="What agents may do, what is asked first, and what is not done here.">
        <SearchField
          label="Search articles and policies"
          value={q}
          onChange={(text) =>
            void navigate({ search: (before) => ({ ...before, q: text === '' ? undefined : text }), replace: true })
          }
        />
      </PageHead>
      <ConstitutionTabs />
      <Loaded of={inForce} loading={<Loading lines={12} />}>
        {(data) => <Read inForce={data} digest={digest ?? data.ref.digest} q={q} />}
      </Loaded>
    </>
  );
}

function Read({ inForce, digest, q }: { readonly inForce: InForce; readonly digest: string; readonly q: string }) {
  const reading = useApi('GET /v1/constitutions/{digest}/reading', { params: { digest } });
  const isInForce = digest === inForce.ref.digest;
  return (
    <Loaded of={reading} loading={<Loading lines={12} />}>
      {(data) => (
        <div className="constitution">
          {isInForce ? <InForcePane inForce={inForce} /> : <OtherPane reading={data} inForce={inForce} />}
          {isInForce && q === '' ? (
            <details className="constitution-try">
              <summary>Try a command against it</summary>
              <TryIt />
            </details>
          ) : null}
          <Found reading={data} q={q} />
        </div>
      )}
    </Loaded>
  );
}

function InForcePane({ inForce }: { readonly inForce: InForce }) {
  const { ref, title, verifiedAt, refusal, signedBy, nextSigners } = inForce;
  const isVerified = refusal === undefined;
  return (
    <Pane
      title={`Number ${ref.number}: ${title}`}
      aside={
        <Badge tone={isVerified ? 'good' : 'bad'} icon={isVerified ? 'check' : 'warn'}>
          {isVerified ? 'in force, verified' : 'could not be verified again'}
        </Badge>
      }
    >
      {refusal === undefined ? null : (
        <p className="constitution-alarm" role="alert">
          {refusal.message} This node goes on by the last one that verified, for {inForce.ageHoursMax} hours.{' '}
          <span className="mono">{refusal.code}</span>
        </p>
      )}
      <Facts
        facts={[
          ['Digest', <Digest key="digest" digest={ref.digest} label="the digest" />],
          ['Verified', <Time key="verified" atMs={Date.parse(verifiedAt)} />],
          ['Signed by', signedBy.map(({ name }) => name).join(', ')],
          ['The next one needs', `${nextSigners.threshold} of ${nextSigners.keys.map(({ name }) => name).join(', ')}`],
        ]}
      />
    </Pane>
  );
}

function OtherPane({ reading, inForce }: { readonly reading: Reading; readonly inForce: InForce }) {
  return (
    <Pane title={`Number ${reading.number}: ${reading.title}`} aside={<Badge tone="waiting">not in force</Badge>}>
      <p>
        In force is number {inForce.ref.number}.{' '}
        <Link to="/constitution/compare" search={{ from: inForce.ref.digest, to: reading.digest }}>
          What this one says otherwise
        </Link>
      </p>
    </Pane>
  );
}

function Found({ reading, q }: { readonly reading: Reading; readonly q: string }) {
  const { policy } = useSearch({ from: '/console/constitution' });
  const articles = articlesOf(reading, q);
  if (articles.length === 0) {
    return (
      <Empty title="No article and no policy says that">
        <p>The search looks at articles, and at the names, reasons and advice of policies.</p>
      </Empty>
    );
  }
  return (
    <div className="constitution-columns">
      <nav aria-label="Articles" className="constitution-contents">
        <ol className="constitution-list">
          {articles.map(({ article }) => (
            <li key={article.number}>
              <a href={`#article-${article.number}`}>
                <span className="numeric faint">{article.number}</span> {article.title}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <div className="constitution-text">
        <Articles digest={reading.digest} articles={articles} open={policy} />
        {q === '' ? <Sections reading={reading} /> : null}
      </div>
    </div>
  );
}

function Sections({ reading }: { readonly reading: Reading }) {
  return sectionsOf(reading).map(({ title, facts }) => (
    <Pane key={title} title={title}>
      <Facts facts={facts} />
    </Pane>
  ));
}
