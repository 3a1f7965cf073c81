import { readFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { parse, YAMLParseError } from 'yaml';
import { createMailChannel } from '#adapters/notifications/mail.ts';
import { slackMessage, teamsMessage } from '#adapters/notifications/templates.ts';
import { createChatChannel, createSignedWebhook } from '#adapters/notifications/webhook.ts';
import type { Recipient } from '#domain/approval/escalation.ts';
import type { Channel } from '#domain/approval/notice.ts';
import { never, ok, type Result, refuse } from '#domain/result.ts';

const closed = { additionalProperties: false } as const;
const reached = {
  name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' }),
  roles: Type.Array(Type.String({ minLength: 1, maxLength: 63 }), { maxItems: 16, default: [] }),
  onCall: Type.Boolean({ default: false }),
};
const HttpsUrl = Type.String({ pattern: '^(https://|http://(127\\.0\\.0\\.1|localhost)[:/])', maxLength: 2_048 });

const ChannelSettings = Type.Union([
  Type.Object({ ...reached, kind: Type.Enum(['slack', 'teams']), url: HttpsUrl }, closed),
  Type.Object(
    {
      ...reached,
      kind: Type.Literal('webhook'),
      url: HttpsUrl,
      secret: Type.String({ pattern: '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$' }),
    },
    closed,
  ),
  Type.Object(
    {
      ...reached,
      kind: Type.Literal('mail'),
      url: Type.String({ pattern: '^smtps?://', maxLength: 2_048 }),
      from: Type.String({ pattern: '^[^\\r\\n]+@[^\\r\\n]+$', maxLength: 320 }),
      to: Type.Array(Type.String({ pattern: '^[^\\r\\n]+@[^\\r\\n]+$', maxLength: 320 }), {
        minItems: 1,
        maxItems: 32,
      }),
    },
    closed,
  ),
]);
const Settings = Type.Object({ channels: Type.Array(ChannelSettings, { minItems: 1, maxItems: 64 }) }, closed);

export type ChannelsRefusalCode = 'channels-malformed';

/**
 * The channels of a file (YAML): whom each reaches, and how. The file holds secrets, so it is the operator's to protect.
 * @throws when it cannot be read
 */
export async function loadChannels(
  path: string,
  nowMs: () => number,
): Promise<Result<readonly Channel[], ChannelsRefusalCode>> {
  let data: unknown;
  try {
    data = parse(await readFile(path, 'utf8'), { maxAliasCount: 0, uniqueKeys: true });
  } catch (error) {
    // Only where it is wrong: the text around it may be a secret.
    if (error instanceof YAMLParseError) return refuse('channels-malformed', `${path}: not YAML (${error.code}).`);
    throw error;
  }
  const settings: unknown = Value.Default(Settings, data);
  if (!Value.Check(Settings, settings)) {
    const first = Value.Errors(Settings, settings)[0];
    return refuse(
      'channels-malformed',
      `${path}: ${first?.instancePath || '/'} ${first?.message ?? 'is not what is expected'}.`,
    );
  }
  const names = settings.channels.map(({ name }) => name);
  if (new Set(names).size < names.length) return refuse('channels-malformed', `${path}: two channels have one name.`);
  return ok(settings.channels.map((channel) => createChannel(channel, nowMs)));
}

function createChannel(settings: Static<typeof ChannelSettings>, nowMs: () => number): Channel {
  const reaches: Recipient[] = settings.roles.map((role) => ({ kind: 'role', role }));
  if (settings.onCall) reaches.push({ kind: 'on-call' });
  switch (settings.kind) {
    case 'slack':
      return createChatChannel({ ...settings, reaches, message: slackMessage });
    case 'teams':
      return createChatChannel({ ...settings, reaches, message: teamsMessage });
    case 'webhook':
      return createSignedWebhook({ ...settings, reaches, nowMs });
    case 'mail':
      return createMailChannel({ ...settings, reaches });
    default:
      return never(settings);
  }
}
