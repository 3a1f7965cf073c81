import { Badge } from '../badge.tsx';
import './reasons.css';

export interface ShownReason {
  readonly policy: string;
  readonly article?: string;
  readonly reason: string;
  readonly advice?: string;
  readonly effect: string;
}

export interface ShownExplanation {
  readonly policies: readonly { readonly id: string; readonly effect?: 'permit' | 'forbid' }[];
  readonly articles: readonly { readonly number: string; readonly title: string; readonly text: string }[];
}

/** Why: each policy once, in its own words, with what it is about and the article that it implements. */
export function Reasons(props: {
  readonly reasons: readonly ShownReason[];
  readonly explanation?: ShownExplanation | undefined;
  /** Advice is for whoever was stopped. */
  readonly hasAdvice: boolean;
}) {
  const { reasons, explanation } = props;
  const byPolicy = Map.groupBy(reasons, ({ policy }) => policy);
  return (
    <ul className="reasons">
      {[...byPolicy].map(([policy, own]) => {
        const [first] = own;
        if (first === undefined) return null;
        const kind = explanation?.policies.find(({ id }) => id === policy)?.effect;
        const article = explanation?.articles.find(({ number }) => number === first.article);
        return (
          <li key={policy} className="reason">
            <p className="reason-head">
              <span className="mono">{policy}</span>
              {kind === undefined ? null : <Badge tone="plain">{kind}</Badge>}
            </p>
            <p>{first.reason}</p>
            {props.hasAdvice && first.advice !== undefined ? (
              <p>
                <strong>Instead:</strong> {first.advice}
              </p>
            ) : null}
            <p className="soft small">
              About <span className="mono">{own.map(({ effect }) => effect).join(' · ')}</span>
            </p>
            {article === undefined ? (
              first.article === undefined ? null : (
                <p className="soft small">Article {first.article}</p>
              )
            ) : (
              <details className="reason-article">
                <summary>
                  Article {article.number}: {article.title}
                </summary>
                <p>{article.text}</p>
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}
