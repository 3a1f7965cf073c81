import { createHmac } from 'node:crypto';
import type { Channel, Notice } from '#domain/approval/notice.ts';

/** For one delivery, in milliseconds. */
const DELIVERY_MS_MAX = 10_000;

/** Posts JSON; rejects on anything but a 2xx. A redirect is none: what is told stays with whom it was meant for. */
async function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    redirect: 'error',
    signal: AbortSignal.timeout(DELIVERY_MS_MAX),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`it answered ${response.status}`);
}

/** A chat's incoming webhook: its URL is the secret. */
export function createChatChannel(options: {
  readonly name: string;
  readonly reaches: Channel['reaches'];
  readonly url: string;
  readonly message: (notice: Notice) => object;
}): Channel {
  const { name, reaches, url, message } = options;
  return { name, reaches, send: (notice) => post(url, JSON.stringify(message(notice)), {}) };
}

/**
 * A webhook of one's own, signed as Standard Webhooks 1.0.0 says ("Signature scheme", symmetric): HMAC-SHA256 over id, time
 * and body, so that a receiver knows who tells it, what, and when.
 */
export function createSignedWebhook(options: {
  readonly name: string;
  readonly reaches: Channel['reaches'];
  readonly url: string;
  /** `whsec_` and base64 of 24 to 64 bytes. */
  readonly secret: string;
  readonly nowMs: () => number;
}): Channel {
  const { name, reaches, url, secret, nowMs } = options;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return {
    name,
    reaches,
    send(notice) {
      const timestamp = String(Math.floor(nowMs() / 1000));
      const body = JSON.stringify({
        type: 'approval.requested',
        timestamp: new Date(nowMs()).toISOString(),
        data: notice,
      });
      const signature = createHmac('sha256', key).update(`${notice.id}.${timestamp}.${body}`).digest('base64');
      return post(url, body, {
        'webhook-id': notice.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      });
    },
  };
}
