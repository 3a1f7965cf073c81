import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentKind } from '#domain/action/action.ts';
import {
  type Behaviour,
  closedPort,
  type MisbehavingServer,
  properAnswer,
  respond,
  startServer,
  type WireRequest,
} from './server.ts';

/** One thing that goes wrong (or, as a control, does not) between an agent and ACGS. */
export interface Fault {
  readonly name: string;
  readonly description: string;
  /** The server, if any, and where the hook looks for it. */
  start(): Promise<{ readonly endpoint: string; readonly server?: MisbehavingServer }>;
  /** Damages the installation, whose hook home is given. */
  sabotage?(hookHome: string, agents: readonly string[]): Promise<void>;
  /** Agents that it does not concern, and why. */
  readonly spares?: { readonly agents: readonly AgentKind[]; readonly because: string };
  /** Size to which the payload is filled up, in bytes: a pipe holds 64 KiB, so a hook that does not read is found out. */
  readonly payloadBytes?: number;
}

const ALLOW = { kind: 'allow' } as const;
const DENY = { kind: 'deny' } as const;

function served(behave: Behaviour, options?: { readonly bodyBytesMax?: number }): Fault['start'] {
  return async () => {
    const server = await startServer(behave, options);
    return { endpoint: server.endpoint, server };
  };
}

/** A server that answers every request with one text. */
function answering(answer: (request: WireRequest) => string): Fault['start'] {
  return served((socket, request) => socket.end(answer(request)));
}

const allowing = answering((request) => respond(properAnswer(request, ALLOW)));

/** What a hook must not take for an answer: with it the agents whose rules are loosest would go on. */
const withSurprise = (body: string) => (body === '' ? '{"surprise":true}' : body.replace(/\}$/, ',"surprise":true}'));

const big = 300_000;

export const CONTROLS: readonly Fault[] = [
  { name: 'proper allow', description: 'the real answer to an allowed action', start: allowing },
  {
    name: 'proper allow of 900 kB',
    description: 'the same for a large payload',
    start: allowing,
    payloadBytes: 900_000,
  },
  {
    name: 'proper deny',
    description: 'the real answer to a denied action',
    start: answering((request) => respond(properAnswer(request, DENY), { verdict: 'deny' })),
  },
];

export const FAULTS: readonly Fault[] = [
  {
    name: 'server down',
    description: 'the socket of the server does not exist',
    start: async () => ({ endpoint: 'unix:/nonexistent/acgs.sock' }),
  },
  {
    name: 'refused connection',
    description: 'nobody listens on the port',
    start: async () => ({ endpoint: `http://127.0.0.1:${await closedPort()}` }),
    payloadBytes: big,
  },
  { name: 'timeout', description: 'the request is taken and never answered', start: served(() => {}) },
  {
    name: 'slow answer',
    description: 'a proper allow, one byte every 50 ms',
    start: served((socket, request) => {
      const bytes = [...respond(properAnswer(request, ALLOW))];
      const timer = setInterval(() => {
        if (socket.destroyed || bytes.length === 0) clearInterval(timer);
        else socket.write(bytes.shift() ?? '');
      }, 50);
    }),
  },
  {
    name: 'connection reset',
    description: 'the connection is reset once the request is there',
    start: served((socket) => socket.resetAndDestroy()),
  },
  {
    name: 'HTTP 500',
    description: 'an error that carries the headers and body of an allow',
    start: answering((request) => respond(properAnswer(request, ALLOW), { status: '500 Internal Server Error' })),
  },
  {
    name: 'HTTP 503',
    description: 'overloaded, with Retry-After',
    start: answering(() => respond('', { status: '503 Service Unavailable', headers: ['Retry-After: 1'] })),
  },
  {
    name: 'expired token',
    description: 'HTTP 401',
    start: answering(() =>
      respond('{"code":"token-expired"}', { status: '401 Unauthorized', verdict: false, bytes: false }),
    ),
  },
  {
    name: 'oversized body',
    description: 'a payload above 1 MiB: the server answers 413 and hangs up',
    start: served(
      (socket) => {
        socket.write(respond('', { status: '413 Content Too Large', verdict: false, bytes: false }));
        setTimeout(() => socket.destroy(), 200);
      },
      { bodyBytesMax: 1_048_576 },
    ),
    payloadBytes: 1_200_000,
  },
  {
    name: 'redirect',
    description: 'HTTP 307 to a server that would allow',
    start: async () => {
      const target = await startServer((socket, request) => socket.end(respond(properAnswer(request, ALLOW))));
      const server = await startServer((socket, request) => {
        const location = `Location: ${target.endpoint}/v1/hooks/${request.agent}?event=${request.event}`;
        socket.end(respond('', { status: '307 Temporary Redirect', headers: [location] }));
      });
      const close = async () => {
        await server.close();
        await target.close();
      };
      return { endpoint: server.endpoint, server: { ...server, close } };
    },
  },
  {
    name: 'no HTTP',
    description: 'a banner of something else',
    start: served((socket) => socket.end('220 mail.example.com ESMTP\r\n')),
  },
  {
    name: "somebody else's page",
    description: 'HTTP 200 with HTML and none of the headers',
    start: answering(() => respond('<html>hello</html>', { verdict: false, bytes: false })),
  },
  {
    name: 'bad JSON: plain text',
    description: '`allow` in plain text, with all headers right',
    start: answering(() => respond('allow')),
  },
  {
    name: 'bad JSON: cut short',
    description: 'an object without its end, with all headers right',
    start: answering(() => respond('{"permission":"allow","decision":"allow"')),
  },
  {
    name: 'bad JSON: no strings',
    description: '`{permission: allow}`',
    start: answering(() => respond('{permission: allow}')),
  },
  {
    name: 'bad JSON: two objects',
    description: 'a second object behind the first',
    start: answering(() => respond('{"decision":"allow"}{"permission":"allow"}')),
  },
  {
    name: 'unknown field in an allow',
    description: 'a field that the agent may not know; Codex lets a call run when it sees one',
    start: answering((request) => respond(withSurprise(properAnswer(request, ALLOW)))),
  },
  {
    name: 'unknown field in a deny',
    description: 'the same beside a denial',
    start: answering((request) => respond(withSurprise(properAnswer(request, DENY)), { verdict: 'deny' })),
  },
  {
    name: 'denial without words',
    description: 'verdict deny, empty body',
    start: answering(() => respond('', { verdict: 'deny' })),
  },
  {
    name: 'contradiction',
    description: 'verdict deny, the body of an allow',
    start: answering((request) => respond(properAnswer(request, ALLOW), { verdict: 'deny' })),
  },
  {
    name: 'missing verdict',
    description: 'no ACGS-Verdict',
    start: answering((request) => respond(properAnswer(request, ALLOW), { verdict: false })),
  },
  {
    name: 'unknown verdict',
    description: '`ACGS-Verdict: maybe`',
    start: answering((request) => respond(properAnswer(request, ALLOW), { verdict: 'maybe' })),
  },
  {
    name: 'no verdict to give',
    description: '`ACGS-Verdict: none`, which is for events that decide nothing',
    start: answering((request) => respond(properAnswer(request, ALLOW), { verdict: 'none' })),
  },
  {
    name: 'missing length',
    description: 'no ACGS-Body-Bytes',
    start: answering((request) => respond(properAnswer(request, ALLOW), { bytes: false })),
  },
  {
    name: 'wrong length',
    description: 'ACGS-Body-Bytes is one too many',
    start: answering((request) => {
      const body = properAnswer(request, ALLOW);
      return respond(body, { bytes: Buffer.byteLength(body) + 1 });
    }),
  },
  {
    name: 'answer cut off',
    description: 'the connection closes before Content-Length is reached',
    start: answering((request) => {
      const body = properAnswer(request, ALLOW);
      return respond(body, { contentLength: Buffer.byteLength(body) + 50 });
    }),
  },
  {
    name: 'endless answer',
    description: 'a body that does not end, without a length',
    start: served((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nACGS-Verdict: allow\r\nACGS-Body-Bytes: 0\r\nConnection: close\r\n\r\n');
      const chunk = ' '.repeat(16_384);
      const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(chunk)), 5);
    }),
  },
  {
    name: 'no curl',
    description: 'curl has been removed since the installation',
    start: allowing,
    payloadBytes: big,
    sabotage: (hookHome, agents) => each(hookHome, agents, 'curl', '/nonexistent/bin/curl\n'),
    spares: { agents: ['opencode'], because: 'not needed' },
  },
  {
    name: 'no token',
    description: 'the token file is missing',
    start: allowing,
    payloadBytes: big,
    sabotage: async (hookHome, agents) => {
      for (const agent of agents) await rm(join(hookHome, agent, 'token'));
    },
  },
  {
    name: 'open token',
    description: 'others may read the token file (mode 0644)',
    start: allowing,
    payloadBytes: big,
    sabotage: async (hookHome, agents) => {
      for (const agent of agents) await chmod(join(hookHome, agent, 'token'), 0o644);
    },
  },
  {
    name: 'token over, key refused',
    description: 'the token of an enrolled agent has expired, and no other is given for its key',
    start: allowing,
    payloadBytes: big,
    sabotage: (hookHome, agents) => withRenewal(hookHome, agents, 'exit 1'),
  },
  {
    name: 'token over, renewal hangs',
    description: 'the same, and the renewal does not end',
    start: allowing,
    payloadBytes: big,
    sabotage: (hookHome, agents) => withRenewal(hookHome, agents, 'exec sleep 60'),
  },
  {
    name: 'malformed token',
    description: 'a token that would add a header of its own',
    start: allowing,
    payloadBytes: big,
    sabotage: (hookHome, agents) => each(hookHome, agents, 'token', 'abc" \nheader = "X: y\n'),
  },
  {
    name: 'malformed endpoint',
    description: 'plain text to another machine',
    start: allowing,
    payloadBytes: big,
    sabotage: (hookHome, agents) => each(hookHome, agents, 'endpoint', 'http://acgs.example.com:8005\n'),
  },
  {
    name: 'no settings',
    description: "the hook's settings folder is gone",
    start: allowing,
    payloadBytes: big,
    sabotage: async (hookHome, agents) => {
      for (const agent of agents) await rm(join(hookHome, agent), { recursive: true });
    },
  },
  {
    name: 'no client',
    description: 'the installed client is gone (OpenCode: its settings; the plugin itself is the settings file)',
    start: allowing,
    payloadBytes: big,
    sabotage: (hookHome) => rm(hookHome, { recursive: true }),
  },
];

/** The token of an enrolled agent that is over (its second line), and a program that should fetch the next one. */
async function withRenewal(hookHome: string, agents: readonly string[], program: string): Promise<void> {
  await each(hookHome, agents, 'token', 'over\n1 2\n');
  for (const agent of agents) {
    await writeFile(join(hookHome, agent, 'renew'), `#!/bin/sh\n${program}\n`, { mode: 0o700 });
  }
}

async function each(hookHome: string, agents: readonly string[], file: string, text: string): Promise<void> {
  for (const agent of agents) await writeFile(join(hookHome, agent, file), text);
}
