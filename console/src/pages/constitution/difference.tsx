import type { Reply } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Pane } from '../../components/pane.tsx';
import { Empty, Loaded, Loading } from '../../components/states.tsx';
import type { Tone } from '../../components/tone.ts';
import type { Policy, Reading } from './reading.ts';
import { SideBySide } from './side-by-side.tsx';

type Compared = Reply<'GET /v1/constitutions/{digest}/difference'>;
type ArticleChange = Compared['articles'][number];
type Texts = Readonly<Record<string, string>>;

/** What `to` says otherwise than `from`, by article, with both texts. */
export function Difference({ from, to }: { readonly from: string; readonly to: string }) {
  const compared = useApi('GET /v1/constitutions/{digest}/difference', { params: { digest: to }, query: { from } });
  const [before, after] = [useReading(from), useReading(to)];
  return (
    <Loaded of={compared} loading={<Loading lines={8} />}>
      {(data) => {
        if (data.articles.length + data.sections.length === 0) {
          return (
            <Empty title="They say the same">
              <p>Layout and comments do not count: they decide nothing.</p>
            </Empty>
          );
        }
        return (
          <div className="constitution">
            {data.articles.map((change) => (
              <Article key={change.article} change={change} before={before} after={after} />
            ))}
            {data.sections.map(({ name, before: was, after: will }) => (
              <Pane key={name} title={`Also changed: ${name}`}>
                <SideBySide label={`${name}, before and after`} before={formOf(was)} after={formOf(will)} />
              </Pane>
            ))}
          </div>
        );
      }}
    </Loaded>
  );
}

interface Read {
  readonly reading: Reading | undefined;
  /** Undefined while they are being written. */
  readonly texts: Texts | undefined;
}

function useReading(digest: string): Read {
  const reading = useApi('GET /v1/constitutions/{digest}/reading', { params: { digest } });
  const texts = useApi('GET /v1/constitutions/{digest}/policies', { params: { digest } });
  return { reading: reading.data, texts: texts.data?.policies };
}

function Article({
  change,
  before,
  after,
}: {
  readonly change: ArticleChange;
  readonly before: Read;
  readonly after: Read;
}) {
  const { article: number, text } = change;
  const [was, will] = [before, after].map(({ reading }) => reading?.articles.find((one) => one.number === number));
  const title = will?.title ?? was?.title ?? '';
  return (
    <Pane title={`Article ${number}: ${title}`} aside={text === 'same' ? 'its words stay' : `its words are ${text}`}>
      <div className="constitution">
        {text === 'same' ? null : (
          <SideBySide
            label={`The words of article ${number}, before and after`}
            before={was === undefined ? '' : `${was.title}\n${was.text.trim()}`}
            after={will === undefined ? '' : `${will.title}\n${will.text.trim()}`}
            prose
          />
        )}
        {(['removed', 'changed', 'added'] as const).flatMap((how) =>
          change[how].map((id) => <PolicyChange key={id} id={id} how={how} before={before} after={after} />),
        )}
      </div>
    </Pane>
  );
}

const TONES: Readonly<Record<'added' | 'removed' | 'changed', Tone>> = {
  added: 'good',
  removed: 'bad',
  changed: 'waiting',
};

function PolicyChange(props: {
  readonly id: string;
  readonly how: 'added' | 'removed' | 'changed';
  readonly before: Read;
  readonly after: Read;
}) {
  const { id, how, before, after } = props;
  const [was, will] = [before, after].map(({ reading }) => reading?.policies.find((policy) => policy.id === id));
  const isWritten = before.texts !== undefined && after.texts !== undefined;
  return (
    <div>
      <p className="constitution-policy-head">
        <Badge tone={TONES[how]}>{how}</Badge>
        <span className="mono">{id}</span>
        <span className="soft">{(will ?? was)?.effect}</span>
      </p>
      {isWritten ? (
        <SideBySide
          label={`The policy ${id}, before and after`}
          before={how === 'added' ? '' : policyText(was, before.texts?.[id])}
          after={how === 'removed' ? '' : policyText(will, after.texts?.[id])}
        />
      ) : (
        <Loading lines={3} label="Loading the text of the policies" />
      )}
    </div>
  );
}

/** What people read of a policy and what decides, in one text: a changed reason shows as well. */
function policyText(policy: Policy | undefined, cedar: string | undefined): string {
  if (policy === undefined) return '';
  const advice = policy.advice === undefined ? [] : [`instead: ${policy.advice}`];
  return [`reason: ${policy.reason}`, ...advice, cedar ?? ''].join('\n');
}

function formOf(value: unknown): string {
  return value === null ? '' : JSON.stringify(value, undefined, 2);
}
