import type { FastifyReply, FastifyRequest } from 'fastify';
import { never } from '#domain/result.ts';
import type { EdgeServer } from '#services/edge.ts';
import { CONSOLE_PAGES, type ConsoleFile, type ConsoleState, encodingFor } from '#services/gateway/console.ts';
import { SECURITY_HEADERS } from '#services/gateway/security-headers.ts';
import { sendProblem } from '#services/problem.ts';

/** Seconds that a browser may keep what its name says all about. */
const IMMUTABLE_S = 31_536_000;
/** Seconds until a browser asks again while the console is being built. */
const BUILDING_S = 2;

/** The console, to whoever asks: it holds nothing of anybody's, and signs people in. */
export function registerConsoleRoutes(app: EdgeServer, state: () => ConsoleState): void {
  const open = { config: { access: 'open' }, schema: { hide: true } } as const;
  const pages = CONSOLE_PAGES.flatMap((page) => [`/${page}`, `/${page}/*`]);
  for (const path of ['/', ...pages]) app.get(path, open, async (request, reply) => page(request, reply));
  for (const path of ['/assets/*', '/icon.svg']) app.get(path, open, async (request, reply) => file(request, reply));

  function page(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const now = state();
    switch (now.kind) {
      case 'ready': {
        const document = now.files.get('/index.html');
        return document === undefined ? notFound(reply) : send(request, reply, document);
      }
      case 'building':
        return plain(reply.header('refresh', BUILDING_S), 'The console is being built; this page comes by itself.');
      case 'missing':
        return plain(reply, `There is no console here: ${now.why}\nThe API works without it.`);
      default:
        return never(now);
    }
  }

  function file(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const now = state();
    const path = request.url.split('?', 1)[0] ?? '';
    const found = now.kind === 'ready' ? now.files.get(path) : undefined;
    return found === undefined ? notFound(reply) : send(request, reply, found);
  }

  function send(request: FastifyRequest, reply: FastifyReply, sent: ConsoleFile): FastifyReply {
    const encoding = encodingFor(headerText(request.headers['accept-encoding']), sent.bodies);
    // The tag is of what is sent: each encoding has its own.
    const etag = `"${sent.etag}${encoding === undefined ? '' : `-${encoding}`}"`;
    reply
      .headers(SECURITY_HEADERS)
      .header('etag', etag)
      .header('vary', 'accept-encoding')
      .header('cache-control', sent.isImmutable ? `public, max-age=${IMMUTABLE_S}, immutable` : 'no-cache');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    if (encoding !== undefined) reply.header('content-encoding', encoding);
    return reply.type(sent.contentType).send((encoding && sent.bodies[encoding]) ?? sent.bodies.identity);
  }

  function plain(reply: FastifyReply, text: string): FastifyReply {
    return reply
      .code(503)
      .headers(SECURITY_HEADERS)
      .header('cache-control', 'no-store')
      .type('text/plain; charset=utf-8')
      .send(`${text}\n`);
  }

  function notFound(reply: FastifyReply): FastifyReply {
    return sendProblem(reply.header('cache-control', 'no-store'), {
      code: 'not-found',
      message: 'The console has no such file.',
    });
  }
}

function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(', ');
}
