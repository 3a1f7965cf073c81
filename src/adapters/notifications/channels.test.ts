import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadChannels } from '#adapters/notifications/channels.ts';
import type { Channel, Notice } from '#domain/approval/notice.ts';
import type { DecisionId } from '#domain/decision/decision.ts';

const NOTICE: Notice = {
  id: '01890000-0000-7000-8000-000000000001-0',
  decisionId: '01890000-0000-7000-8000-000000000001' as DecisionId,
  recipient: { kind: 'role', role: 'maintainer' },
  asker: 'codex',
  subject: 'echo "<!channel> *bold* [x](http://evil)" && git push',
  reason: 'What is shared is not rewritten without a person’s word.',
  server: 'https://acgs.example',
  askedMs: 1_800_000_000_000,
};
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

let folder: string;
let receiver: Server;
let received: { headers: IncomingHttpHeaders; body: string }[];
let status: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acgs-channels-'));
  received = [];
  status = 200;
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  receiver.close();
  await rm(folder, { recursive: true });
});

const url = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;

async function load(text: string) {
  const path = join(folder, 'channels.yaml');
  await writeFile(path, text);
  return loadChannels(path, () => 1_800_000_000_000);
}

async function one(text: string): Promise<Channel> {
  const loaded = await load(`channels:\n  - {name: here, roles: [maintainer], ${text}}\n`);
  if (!loaded.ok) throw new Error(loaded.refusal.message);
  const [channel] = loaded.value;
  if (channel === undefined) throw new Error('no channel');
  return channel;
}

describe('the file of channels is refused', () => {
  it.each([
    ['that is no YAML', 'channels: [', 'not YAML'],
    ['without channels', 'channels: []', '/channels'],
    ['with an unknown kind', 'channels: [{name: a, kind: pigeon, url: "https://x/"}]', '/channels/0'],
    ['with an unknown field', 'channels: [{name: a, kind: slack, url: "https://x/", token: y}]', '/channels/0'],
    ['in plain text over the network', 'channels: [{name: a, kind: slack, url: "http://example.com/"}]', '/channels/0'],
    [
      'with a short secret',
      'channels: [{name: a, kind: webhook, url: "https://x/", secret: whsec_YQ==}]',
      '/channels/0',
    ],
    [
      'with a line break in an address',
      'channels: [{name: a, kind: mail, url: "smtp://x", from: "a@b\\nBcc: c@d", to: [a@b]}]',
      '/channels/0',
    ],
    [
      'with two of one name',
      'channels: [{name: a, kind: slack, url: "https://x/"}, {name: a, kind: teams, url: "https://y/"}]',
      'two channels',
    ],
  ])('%s', async (_name, text, part) => {
    const loaded = await load(text);
    expect(loaded).toMatchObject({ ok: false, refusal: { code: 'channels-malformed' } });
    expect(loaded.ok ? '' : loaded.refusal.message).toContain(part);
  });

  it('that is not there, as an outage; and says nothing of what stands in it', async () => {
    await expect(loadChannels(join(folder, 'none'), Date.now)).rejects.toMatchObject({ code: 'ENOENT' });
    const loaded = await load('channels: [{secret: whsec_verysecret');
    expect(JSON.stringify(loaded)).not.toContain('verysecret');
  });
});

describe('a channel', () => {
  it.each([500, 404, 302])('has not told anybody when it is answered with %d', async (given) => {
    status = given;
    const channel = await one(`kind: slack, url: "${url()}"`);
    await expect(channel.send(NOTICE)).rejects.toThrow();
  });

  it('reaches roles and on-call', async () => {
    const loaded = await load('channels: [{name: a, kind: slack, url: "https://x/", roles: [security], onCall: true}]');
    expect(loaded).toMatchObject({ value: [{ reaches: [{ kind: 'role', role: 'security' }, { kind: 'on-call' }] }] });
  });

  it('signs a webhook so that its receiver can tell whose it is, as Standard Webhooks says', async () => {
    const channel = await one(`kind: webhook, url: "${url()}", secret: "${SECRET}"`);
    await channel.send(NOTICE);
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(headers['webhook-id']).toBe(NOTICE.id);
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', Buffer.alloc(24, 7)).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(JSON.parse(body)).toMatchObject({ type: 'approval.requested', data: NOTICE });
  });

  it.each(['slack', 'teams'])('shows an action in %s as text, never as markup', async (kind) => {
    const channel = await one(`kind: ${kind}, url: "${url()}"`);
    await channel.send(NOTICE);
    const message = JSON.parse(received[0]?.body ?? '{}');
    const holders: unknown[] = [];
    JSON.stringify(message, (_key, value) => {
      if (typeof value === 'object' && value !== null && value.text === NOTICE.subject) holders.push(value.type);
      return value;
    });
    expect(holders).toEqual([kind === 'slack' ? 'plain_text' : 'TextRun']);
    expect(JSON.stringify(message)).toContain(`acgs approve ${NOTICE.decisionId}`);
    expect(String(message.text ?? '')).not.toContain('<!channel>');
  });

  it.each(['slack', 'teams'])('links in %s to the page of the request, where there is a console', async (kind) => {
    const channel = await one(`kind: ${kind}, url: "${url()}"`);
    const page = `https://acgs.example/approvals/${NOTICE.decisionId}`;
    await channel.send({ ...NOTICE, page });
    await channel.send(NOTICE);
    const [linked, plain] = received.map(({ body }) => body);
    expect(linked).toContain(kind === 'slack' ? `<${page}|Open in the console>` : `"url":"${page}"`);
    expect(plain).not.toMatch(/Open in the console|approvals\//);
  });

  it('sends plain mail that says how to answer, and rejects when the server does not take it', async () => {
    const lines: string[] = [];
    let answerToData = '250 ok';
    const smtp = startSmtp(lines, () => answerToData);
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    const { port } = smtp.address() as AddressInfo;
    const channel = await one(
      `kind: mail, url: "smtp://127.0.0.1:${port}", from: acgs@example.com, to: [ada@example.com]`,
    );
    await channel.send(NOTICE);
    const mail = lines.join('\n');
    expect(mail).toContain('RCPT TO:<ada@example.com>');
    expect(mail).toContain('Subject: [ACGS] codex asks for the approval of a maintainer');
    expect(mail).toContain('Content-Type: text/plain');
    expect(mail).toContain(`acgs approve ${NOTICE.decisionId}`);
    expect(mail).toContain(`<${NOTICE.id}@acgs>`);
    answerToData = '550 no';
    await expect(channel.send(NOTICE)).rejects.toThrow('550');
    smtp.close();
  });
});

/** Takes mail as RFC 5321 says, as far as one message needs it. */
function startSmtp(lines: string[], answerToData: () => string) {
  return createTcpServer((socket) => {
    let isData = false;
    const answer = (line: string): string | undefined => {
      if (isData) {
        isData = line !== '.';
        return isData ? undefined : answerToData();
      }
      isData = line === 'DATA';
      if (isData) return '354 go on';
      return line === 'QUIT' ? '221 bye' : '250 ok';
    };
    socket.write('220 test\r\n');
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\r\n').slice(0, -1)) {
        lines.push(line);
        const answered = answer(line);
        if (answered !== undefined) socket.write(`${answered}\r\n`);
        if (answered?.startsWith('221') === true) socket.end();
      }
    });
  });
}
