import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import Type from 'typebox';
import { EXPORT_FORMATS, type ExportFormat, exportLine } from '#domain/export/export-format.ts';
import { parsePosition, positionText } from '#domain/export/position.ts';
import type { JournalReader, JournalRecord } from '#domain/journal/journal.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { EdgeServer } from '#services/edge.ts';
import { goneSignal } from '#services/gone-signal.ts';
import { isStillLetIn } from '#services/guard.ts';
import { sendProblem } from '#services/problem.ts';

/** How often a stream that has everything looks for more, in milliseconds. */
const FOLLOW_INTERVAL_MS = 200;
/** A comment on an idle stream, in milliseconds: below the minute after which proxies give a silent connection up. */
const KEEP_ALIVE_MS = 15_000;

const EventsQuery = Type.Object(
  {
    format: Type.Optional(Type.Enum([...EXPORT_FORMATS], { default: 'cloudevents' })),
    after: Type.Optional(
      Type.String({
        maxLength: 128,
        description: '`<node>:<sequence>` of the last event received; absent: from the first',
      }),
    ),
    follow: Type.Optional(Type.Boolean({ default: false, description: 'go on with what is recorded from now on' })),
  },
  { additionalProperties: false },
);

/**
 * Everything that was recorded, in order, for a SIEM: NDJSON, or server-sent events where the caller accepts them. It is read from
 * the journal, so nothing is lost however long the reader was away; who resumes after the last event that it has kept gets each
 * at least once, and each has the same id every time.
 */
export function registerEventRoutes(app: EdgeServer, deps: { readonly journal: JournalReader }): void {
  app.get(
    '/v1/events',
    {
      config: { permission: 'events.read' },
      schema: {
        summary: 'The journal as a stream of CloudEvents or OCSF events, to be resumed by position',
        querystring: EventsQuery,
        produces: ['application/x-ndjson', 'text/event-stream'],
      },
    },
    async (request, reply) => {
      const { format = 'cloudevents', follow = false } = request.query;
      const isServerSent = request.headers.accept?.includes('text/event-stream') === true;
      // A browser's EventSource resumes by this header.
      const header = request.headers['last-event-id'];
      const from = startOf(typeof header === 'string' ? header : request.query.after);
      if (!from.ok) return sendProblem(reply, from.refusal);
      const lines = linesFrom(from.value, {
        format,
        follow,
        isServerSent,
        gone: goneSignal(reply),
        isLetIn: () => isStillLetIn(request),
      });
      // One that ends because the server stops would otherwise be kept alive, and hold the server up.
      if (follow) reply.header('connection', 'close');
      return reply
        .type(isServerSent ? 'text/event-stream' : 'application/x-ndjson')
        .header('cache-control', 'no-store')
        .send(Readable.from(lines));
    },
  );

  function startOf(after: string | undefined): Result<number, 'position-malformed' | 'position-unknown'> {
    if (after === undefined) return ok(1);
    const position = parsePosition(after);
    if (!position.ok) return position;
    const { node, sequence } = position.value;
    // Going on after what is not there would skip records without a word.
    return node === deps.journal.node && sequence <= deps.journal.head().sequence
      ? ok(sequence + 1)
      : refuse('position-unknown', `This is node ${deps.journal.node}, which has no record ${after}: begin anew.`);
  }

  async function* linesFrom(
    from: number,
    options: {
      readonly format: ExportFormat;
      readonly follow: boolean;
      readonly isServerSent: boolean;
      readonly gone: AbortSignal;
      readonly isLetIn: () => boolean;
    },
  ): AsyncGenerator<string> {
    const { format, follow, isServerSent, gone, isLetIn } = options;
    let next = from;
    // At once for whoever follows: the head of an answer leaves with its first bytes.
    let quietMs = follow ? KEEP_ALIVE_MS : 0;
    // Whoever follows does so for days: a token is revoked meanwhile, or a role taken away.
    while (!gone.aborted && isLetIn()) {
      for await (const record of deps.journal.read(next)) {
        yield eventText(record, format, isServerSent);
        next = record.sequence + 1;
        quietMs = 0;
        if (gone.aborted) return;
      }
      if (!follow) return;
      if (quietMs >= KEEP_ALIVE_MS) {
        quietMs = 0;
        yield isServerSent ? ':\n\n' : '\n';
      }
      await sleep(FOLLOW_INTERVAL_MS, undefined, { signal: gone }).catch(() => undefined);
      quietMs += FOLLOW_INTERVAL_MS;
    }
  }
}

function eventText(record: JournalRecord, format: ExportFormat, isServerSent: boolean): string {
  const line = exportLine(record, format);
  return isServerSent ? `id: ${positionText(record)}\ndata: ${line}\n\n` : `${line}\n`;
}
