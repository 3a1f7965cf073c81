import { isAbsolute, join } from 'node:path';
import Type from 'typebox';
import Value from 'typebox/value';
import type { LedgerSettings } from '#apps/server/ledger-process/protocol.ts';
import { OPENID_SETTINGS, type OpenidConfig, readOpenid } from '#apps/server/openid-config.ts';
import { readTls, TLS_SETTINGS, type TlsConfig } from '#apps/server/tls-config.ts';
import { TOKEN_DAYS } from '#apps/server/tokens.ts';
import { readTrustedProxies } from '#apps/server/trusted-proxies.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** The settings of a server: environment variables, each documented here; docs/reference/configuration.md is made from this. */
const Settings = Type.Object(
  {
    ACGS_HOME: Type.String({
      default: '.acgs',
      minLength: 1,
      description: 'The state folder: journal, tokens, index. Relative to the working directory.',
    }),
    ACGS_LISTEN: Type.String({
      default: '127.0.0.1:8010',
      pattern: '^(unix:/.+|(\\[[0-9a-fA-F:]+\\]|[A-Za-z0-9.-]+):\\d{1,5})$',
      description:
        '`host:port`, or `unix:/path` for a socket. The decision service alone (`acgs start decision`) defaults to port 8005.',
    }),
    ACGS_PUBLIC_URL: Type.Optional(
      Type.String({
        pattern: '^https?://',
        description: 'How callers reach this server (AuthZEN metadata). Default: from `ACGS_LISTEN`.',
      }),
    ),
    ACGS_CONSTITUTION: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Folder that number 1 is founded from on the first start; afterwards it decides nothing and is only compared with what is in force. Default: the starter constitution of this package.',
      }),
    ),
    ACGS_CONSTITUTION_URL: Type.Optional(
      Type.String({
        pattern: '^https?://',
        description:
          'The constitution service that this decision node follows (`acgs start decision`). Default: this process is its own.',
      }),
    ),
    ACGS_NODE_ID: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$',
        description: 'How this node is called in its journal, and the name of its token. Default: a UUID, drawn once.',
      }),
    ),
    ACGS_NODE_TOKEN_FILE: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'File with the token by which this node speaks to other services: `acgs token issue acgs-node --id <node>` there.',
      }),
    ),
    ACGS_IDENTITY_URL: Type.Optional(
      Type.String({
        // What comes from there says who may call: no plain text between machines.
        pattern: '^(https://.+|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:\\d{1,5})?/?)$',
        description:
          'The identity service whose directory this node follows, `https://…`, or `http://` on this machine. Needs `ACGS_NODE_TOKEN_FILE`. Default: this process has its own.',
      }),
    ),
    ACGS_IDENTITY_AGE_MINUTES_MAX: Type.Number({
      default: 15,
      minimum: 0.1,
      maximum: 10_080,
      description:
        'Minutes for which a node goes on without hearing from `ACGS_IDENTITY_URL`; then it refuses everyone whose standing is told there.',
    }),
    ...TLS_SETTINGS,
    ACGS_ENGINE: Type.Union([Type.Literal('compiled'), Type.Literal('cedar-wasm')], {
      default: 'compiled',
      description: 'The policy evaluator: our compiler, or the official one for comparison.',
    }),
    ACGS_DATABASE_URL: Type.Optional(
      Type.String({
        pattern: '^postgres(ql)?://',
        description:
          "PostgreSQL for the search index. Default: an embedded one below the state folder. The product's own port for a real one is 5439.",
      }),
    ),
    ACGS_LEDGER_URL: Type.Optional(
      Type.String({
        pattern: '^https?://',
        description: 'Another server whose ledger this one ships its journal to, instead of keeping one.',
      }),
    ),
    ACGS_LEDGER_TOKEN_FILE: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "File with the token for `ACGS_LEDGER_URL`, issued there: `acgs token issue <this node's id> --agent acgs-node`.",
      }),
    ),
    ACGS_LEDGER_NAME: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: "Name of the ledger's key, first line of its checkpoints. Default: one that follows from the key.",
      }),
    ),
    ACGS_LEDGER_POLICY: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'File (C2SP tlog-policy) with the witnesses to ask, and how many must have cosigned a checkpoint.',
      }),
    ),
    ACGS_LEDGER_S3: Type.Optional(
      Type.String({
        pattern: '^https?://[^/]+/.+',
        description:
          'Object storage for the ledger, `https://host/bucket/prefix`. Default: files below the state folder.',
      }),
    ),
    ACGS_LEDGER_S3_REGION: Type.String({
      default: 'us-east-1',
      minLength: 1,
      description: 'Region of `ACGS_LEDGER_S3`.',
    }),
    ACGS_LEDGER_S3_KEY_FILE: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'File with access key id and secret access key for `ACGS_LEDGER_S3`, apart by blank or newline.',
      }),
    ),
    ACGS_IN_FLIGHT_MAX: Type.Integer({
      default: 1000,
      minimum: 1,
      maximum: 100_000,
      description: 'Requests being answered at once; one more gets 503.',
    }),
    ACGS_TOKEN_DAYS: Type.Integer({
      default: TOKEN_DAYS,
      minimum: 1,
      maximum: 3650,
      description: 'Days until a token that is issued expires.',
    }),
    ACGS_CHANNELS_FILE: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'File that says by which channels people are told what they are asked (docs/reference/approvals.md). It holds secrets.',
      }),
    ),
    ACGS_CONSOLE: Type.Enum(['on', 'off'], {
      default: 'on',
      description: 'Whether the console is served at `/` by `acgs start`, and built first where that is needed.',
    }),
    ACGS_TOOLHIVE_SECRET_FILE: Type.Optional(
      Type.String({
        minLength: 1,
        description: "File with the secret of ToolHive's webhook; without it that endpoint does not exist.",
      }),
    ),
    ...OPENID_SETTINGS,
    ACGS_TRUSTED_PROXIES: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Addresses or ranges of proxies before this server, apart by commas, whose `X-Forwarded-For` is believed: lock-outs and the journal go by it. Default: none, and the address is that of the connection.',
      }),
    ),
    ACGS_LOG_LEVEL: Type.Enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug'], {
      default: 'warn',
      description: 'One JSON line an event, on standard output.',
    }),
  },
  { additionalProperties: false },
);

/** Read by the command line and the hook client, and no setting of a server. */
const OF_OTHERS = new Set(['ACGS_URL', 'ACGS_TOKEN', 'ACGS_DEBUG']);

/** What one process runs: everything, or one service. */
export type Runs = 'all' | 'decision' | 'constitution' | 'identity' | 'integrity';

export interface ServerConfig {
  readonly runs: Runs;
  readonly home: string;
  /** Undefined: the journal's own, or a new one. */
  readonly nodeId: string | undefined;
  /** The constitution service of another process, which this node follows. */
  readonly follows: { readonly url: string; readonly tokenFile: string } | undefined;
  /** The identity service of another process, whose directory this node follows. */
  readonly followsIdentity: { readonly url: string; readonly tokenFile: string; readonly ageMsMax: number } | undefined;
  readonly listen:
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
    | { readonly kind: 'unix'; readonly path: string };
  /** Undefined: plain text. */
  readonly tls: TlsConfig | undefined;
  readonly publicUrl: string;
  /** Where people open the console; only what was said, as nobody else knows from where they look. */
  readonly consoleUrl?: string;
  readonly constitution: string;
  readonly engine: 'compiled' | 'cedar-wasm';
  readonly databaseUrl: string | undefined;
  readonly ledger: LedgerSettings['target'];
  readonly inFlightMax: number;
  readonly tokenTtlMs: number;
  readonly channelsFile: string | undefined;
  readonly toolhiveSecretFile: string | undefined;
  readonly openid: OpenidConfig | undefined;
  readonly trustedProxies: readonly string[];
  readonly console: 'on' | 'off';
  readonly logLevel: string;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Parsed once, at start; an unknown or wrong setting refuses to start. */
export function parseConfig(input: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly starterConstitution: string;
  readonly defaultPort: number;
  readonly runs?: Runs;
}): Result<ServerConfig, 'setting-unknown' | 'setting-invalid'> {
  const given: Record<string, unknown> = { ACGS_LISTEN: `127.0.0.1:${input.defaultPort}` };
  for (const [name, value] of Object.entries(input.env)) {
    if (!name.startsWith('ACGS_') || value === undefined || OF_OTHERS.has(name)) continue;
    if (!(name in Settings.properties)) {
      return refuse('setting-unknown', `${name} is not a setting of ACGS. See docs/reference/configuration.md.`);
    }
    given[name] = value;
  }
  const settings: unknown = Value.Convert(Settings, Value.Default(Settings, given));
  if (!Value.Check(Settings, settings)) {
    const wrong = Object.keys(Settings.properties).find((name) => !isValid(name, settings));
    return refuse('setting-invalid', `${wrong ?? 'A setting'} is not valid: ${describe(wrong)}`);
  }
  const listen = parseListen(settings.ACGS_LISTEN);
  if (listen.kind === 'tcp' && listen.port > 65_535)
    return refuse('setting-invalid', 'ACGS_LISTEN names a port above 65535.');
  const follows = followed(settings, input.cwd);
  if (!follows.ok) return follows;
  const followsIdentity = followedIdentity(settings, input);
  if (!followsIdentity.ok) return followsIdentity;
  const signIn = readSignIn(settings, input.cwd);
  if (!signIn.ok) return signIn;
  const tls = readTls(settings, input.cwd);
  if (!tls.ok) return tls;
  const ledger = readLedger(settings, input.cwd);
  if (!ledger.ok) return ledger;
  return ok({
    ledger: ledger.value,
    runs: input.runs ?? 'all',
    home: absolute(settings.ACGS_HOME, input.cwd),
    nodeId: settings.ACGS_NODE_ID,
    follows: follows.value,
    followsIdentity: followsIdentity.value,
    listen,
    tls: tls.value,
    publicUrl:
      settings.ACGS_PUBLIC_URL ??
      (listen.kind === 'tcp'
        ? `${tls.value === undefined ? 'http' : 'https'}://${settings.ACGS_LISTEN}`
        : 'http://localhost'),
    constitution:
      settings.ACGS_CONSTITUTION === undefined
        ? input.starterConstitution
        : absolute(settings.ACGS_CONSTITUTION, input.cwd),
    engine: settings.ACGS_ENGINE,
    databaseUrl: settings.ACGS_DATABASE_URL,
    inFlightMax: settings.ACGS_IN_FLIGHT_MAX,
    tokenTtlMs: settings.ACGS_TOKEN_DAYS * DAY_MS,
    channelsFile:
      settings.ACGS_CHANNELS_FILE === undefined ? undefined : absolute(settings.ACGS_CHANNELS_FILE, input.cwd),
    toolhiveSecretFile:
      settings.ACGS_TOOLHIVE_SECRET_FILE === undefined
        ? undefined
        : absolute(settings.ACGS_TOOLHIVE_SECRET_FILE, input.cwd),
    ...signIn.value,
    console: settings.ACGS_CONSOLE,
    ...(settings.ACGS_PUBLIC_URL === undefined || settings.ACGS_CONSOLE === 'off'
      ? {}
      : { consoleUrl: settings.ACGS_PUBLIC_URL }),
    logLevel: settings.ACGS_LOG_LEVEL,
  });
}

function readSignIn(
  settings: Type.Static<typeof Settings>,
  cwd: string,
): Result<Pick<ServerConfig, 'openid' | 'trustedProxies'>, 'setting-invalid'> {
  const openid = readOpenid(settings, cwd);
  if (!openid.ok) return openid;
  const proxies = readTrustedProxies(settings.ACGS_TRUSTED_PROXIES);
  return proxies.ok ? ok({ openid: openid.value, trustedProxies: proxies.value }) : proxies;
}

/** Where the journal's records go: to a ledger of this server's own, or to another's. */
function readLedger(
  settings: Type.Static<typeof Settings>,
  cwd: string,
): Result<LedgerSettings['target'], 'setting-invalid'> {
  const fileOf = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : absolute(path, cwd);
  const url = settings.ACGS_LEDGER_URL;
  const tokenFile = fileOf(settings.ACGS_LEDGER_TOKEN_FILE);
  if (url !== undefined) {
    return tokenFile === undefined
      ? refuse('setting-invalid', 'ACGS_LEDGER_URL needs ACGS_LEDGER_TOKEN_FILE.')
      : ok({ kind: 'remote', url, tokenFile });
  }
  const home = absolute(settings.ACGS_HOME, cwd);
  const s3 = settings.ACGS_LEDGER_S3;
  const s3KeyFile = fileOf(settings.ACGS_LEDGER_S3_KEY_FILE);
  if (s3 !== undefined && s3KeyFile === undefined)
    return refuse('setting-invalid', 'ACGS_LEDGER_S3 needs ACGS_LEDGER_S3_KEY_FILE.');
  const policyFile = fileOf(settings.ACGS_LEDGER_POLICY);
  return ok({
    kind: 'own',
    place:
      s3 === undefined || s3KeyFile === undefined
        ? { kind: 'files', directory: join(home, 'ledger') }
        : { kind: 's3', url: s3, region: settings.ACGS_LEDGER_S3_REGION, keyFile: s3KeyFile },
    keyFile: join(home, 'keys', 'ledger.pem'),
    ...(settings.ACGS_LEDGER_NAME === undefined ? {} : { name: settings.ACGS_LEDGER_NAME }),
    ...(policyFile === undefined ? {} : { policyFile }),
    ...(settings.ACGS_DATABASE_URL === undefined ? {} : { databaseUrl: settings.ACGS_DATABASE_URL }),
  });
}

/** The reference page: one row for each setting. */
export function describeSettings(): string {
  const rows = documentation().map(({ name, fallback, meaning }) => `| \`${name}\` | ${fallback} | ${meaning} |`);
  return `${['# Configuration', '', 'Made from `src/apps/server/config.ts` by `npm run docs:config`. Environment variables of `acgs start`; an unknown or wrong one refuses to start.', '', '| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')}\n`;
}

function followed(
  settings: { readonly ACGS_CONSTITUTION_URL?: string; readonly ACGS_NODE_TOKEN_FILE?: string },
  cwd: string,
): Result<ServerConfig['follows'], 'setting-invalid'> {
  const { ACGS_CONSTITUTION_URL: url, ACGS_NODE_TOKEN_FILE: tokenFile } = settings;
  if (url === undefined) return ok(undefined);
  if (tokenFile === undefined) {
    return refuse(
      'setting-invalid',
      'ACGS_CONSTITUTION_URL needs ACGS_NODE_TOKEN_FILE: a node speaks under its own token.',
    );
  }
  return ok({ url: url.replace(/\/+$/, ''), tokenFile: absolute(tokenFile, cwd) });
}

/** Whoever serves identity has the directory itself. */
function followedIdentity(
  settings: Type.Static<typeof Settings>,
  { cwd, runs = 'all' }: { readonly cwd: string; readonly runs?: Runs },
): Result<ServerConfig['followsIdentity'], 'setting-invalid'> {
  const { ACGS_IDENTITY_URL: url, ACGS_NODE_TOKEN_FILE: tokenFile } = settings;
  if (url === undefined) return ok(undefined);
  if (runs === 'all' || runs === 'identity') {
    return refuse(
      'setting-invalid',
      'ACGS_IDENTITY_URL is for a service that is started alone: this one is identity itself.',
    );
  }
  if (tokenFile === undefined) {
    return refuse(
      'setting-invalid',
      'ACGS_IDENTITY_URL needs ACGS_NODE_TOKEN_FILE: a node speaks under its own token.',
    );
  }
  const ageMsMax = settings.ACGS_IDENTITY_AGE_MINUTES_MAX * MINUTE_MS;
  return ok({ url: url.replace(/\/+$/, ''), tokenFile: absolute(tokenFile, cwd), ageMsMax });
}

function isValid(name: string, settings: unknown): boolean {
  const errors = Value.Errors(Settings, settings);
  return ![...errors].some(({ instancePath }) => instancePath.startsWith(`/${name}`));
}

function describe(name: string | undefined): string {
  return documentation().find((setting) => setting.name === name)?.meaning ?? 'see docs/reference/configuration.md';
}

function documentation(): readonly { readonly name: string; readonly fallback: string; readonly meaning: string }[] {
  return Object.entries(Settings.properties).map(([name, schema]) => ({
    name,
    fallback: 'default' in schema ? `\`${String(schema.default)}\`` : '',
    meaning: 'description' in schema ? String(schema.description) : '',
  }));
}

function parseListen(text: string): ServerConfig['listen'] {
  if (text.startsWith('unix:')) return { kind: 'unix', path: text.slice('unix:'.length) };
  const colon = text.lastIndexOf(':');
  return { kind: 'tcp', host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}

function absolute(path: string, cwd: string): string {
  return isAbsolute(path) ? path : join(cwd, path);
}
