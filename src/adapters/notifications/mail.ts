import type { Transporter } from 'nodemailer';
import { mailMessage } from '#adapters/notifications/templates.ts';
import type { Channel } from '#domain/approval/notice.ts';

/** For a connection and each of its answers, in milliseconds. */
const SMTP_MS_MAX = 10_000;

/** E-mail by SMTP: `smtp://` upgrades to TLS where the server offers it, `smtps://` begins with it. */
export function createMailChannel(options: {
  readonly name: string;
  readonly reaches: Channel['reaches'];
  readonly url: string;
  readonly from: string;
  readonly to: readonly string[];
}): Channel {
  const { name, reaches, url, from, to } = options;
  let transport: Promise<Transporter> | undefined;
  return {
    name,
    reaches,
    async send(notice) {
      // The id makes a mail that is sent again the same one for whoever keeps threads.
      transport ??= openTransport(url);
      const opened = await transport;
      await opened.sendMail({ from, to: [...to], ...mailMessage(notice), messageId: `<${notice.id}@acgs>` });
    },
  };
}

/** The library is loaded with the first mail: most installations never send one. */
async function openTransport(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    connectionTimeout: SMTP_MS_MAX,
    greetingTimeout: SMTP_MS_MAX,
    socketTimeout: SMTP_MS_MAX,
  });
}
