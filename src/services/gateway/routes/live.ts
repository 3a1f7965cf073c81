import { PassThrough } from 'node:stream';
import Type from 'typebox';
import type { EdgeServer } from '#services/edge.ts';
import type { LiveFeed } from '#services/gateway/live-feed.ts';
import { isStillLetIn, leaveFlight } from '#services/guard.ts';
import { sendProblem } from '#services/problem.ts';

/** Bytes that wait for one watcher: seconds of a busy server. Whoever takes longer is cut off. */
const BUFFER_BYTES_MAX = 1_048_576;
/** Milliseconds after which a stream ends and is asked for again: no connection is kept for good. */
const STREAM_MS_MAX = 300_000;

const LiveQuery = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        maxLength: 128,
        description: 'Id of the last event received; `Last-Event-ID` says the same and goes before',
      }),
    ),
  },
  { additionalProperties: false },
);

/** What happens now, for people who look on. What must not be missed is read from `/v1/events`. */
export function registerLiveRoute(app: EdgeServer, feed: LiveFeed): void {
  app.get(
    '/v1/live',
    {
      config: { permission: 'live.read' },
      schema: {
        summary: 'Decisions, answers and changes as they happen: server-sent events, to be resumed by Last-Event-ID',
        querystring: LiveQuery,
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const header = request.headers['last-event-id'];
      const stream = new PassThrough({ highWaterMark: BUFFER_BYTES_MAX });
      const leave = feed.watch(
        {
          write: (text) => isStillLetIn(request) && stream.write(text),
          // Who may not look on any more is through; who reads too slowly would take its time for the end as well.
          cutOff: () => (isStillLetIn(request) ? stream.destroy() : stream.end()),
        },
        typeof header === 'string' ? header : request.query.after,
      );
      if (leave === undefined) {
        return sendProblem(reply, { code: 'overloaded', message: 'Too many people look on; try again.' });
      }
      const timer = setTimeout(() => stream.end(), STREAM_MS_MAX);
      stream.once('close', () => {
        clearTimeout(timer);
        leave();
      });
      reply.raw.once('close', () => stream.destroy());
      leaveFlight(request);
      return (
        reply
          .type('text/event-stream')
          .header('cache-control', 'no-store')
          // A proxy that gathers what it passes on (nginx) would show everything late.
          .header('x-accel-buffering', 'no')
          // One that ends because the server stops would otherwise be kept alive, and hold the server up.
          .header('connection', 'close')
          .send(stream)
      );
    },
  );
}
