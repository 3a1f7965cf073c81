import { isAbsolute, join } from 'node:path';
import Type from 'typebox';
import Value from 'typebox/value';
import { TOKEN_DAYS } from '#apps/server/tokens.ts';
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
        description: 'Folder of the constitution in force. Default: the starter constitution of this package.',
      }),
    ),
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
    ACGS_TOOLHIVE_SECRET_FILE: Type.Optional(
      Type.String({
        minLength: 1,
        description: "File with the secret of ToolHive's webhook; without it that endpoint does not exist.",
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

export interface ServerConfig {
  readonly home: string;
  readonly listen:
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
    | { readonly kind: 'unix'; readonly path: string };
  readonly publicUrl: string;
  readonly constitution: string;
  readonly engine: 'compiled' | 'cedar-wasm';
  readonly databaseUrl: string | undefined;
  readonly inFlightMax: number;
  readonly tokenTtlMs: number;
  readonly toolhiveSecretFile: string | undefined;
  readonly logLevel: string;
}

const DAY_MS = 86_400_000;

/** Parsed once, at start; an unknown or wrong setting refuses to start. */
export function parseConfig(input: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly starterConstitution: string;
  readonly defaultPort: number;
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
  return ok({
    home: absolute(settings.ACGS_HOME, input.cwd),
    listen,
    publicUrl:
      settings.ACGS_PUBLIC_URL ?? (listen.kind === 'tcp' ? `http://${settings.ACGS_LISTEN}` : 'http://localhost'),
    constitution:
      settings.ACGS_CONSTITUTION === undefined
        ? input.starterConstitution
        : absolute(settings.ACGS_CONSTITUTION, input.cwd),
    engine: settings.ACGS_ENGINE,
    databaseUrl: settings.ACGS_DATABASE_URL,
    inFlightMax: settings.ACGS_IN_FLIGHT_MAX,
    tokenTtlMs: settings.ACGS_TOKEN_DAYS * DAY_MS,
    toolhiveSecretFile:
      settings.ACGS_TOOLHIVE_SECRET_FILE === undefined
        ? undefined
        : absolute(settings.ACGS_TOOLHIVE_SECRET_FILE, input.cwd),
    logLevel: settings.ACGS_LOG_LEVEL,
  });
}

/** The reference page: one row for each setting. */
export function describeSettings(): string {
  const rows = documentation().map(({ name, fallback, meaning }) => `| \`${name}\` | ${fallback} | ${meaning} |`);
  return `${['# Configuration', '', 'Made from `src/apps/server/config.ts` by `npm run docs:config`. Environment variables of `acgs start`; an unknown or wrong one refuses to start.', '', '| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')}\n`;
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
