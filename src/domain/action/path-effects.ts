import type { Effect, Zone } from '#domain/action/effect.ts';
import type { ResolvedPath } from '#domain/action/paths.ts';
import { isHarmlessDevice } from '#domain/action/zones.ts';
import { never } from '#domain/result.ts';

/** What is done to a path. `contents` of a read: the bytes are read, not only names and dates. */
export type PathUse =
  | { readonly kind: 'read'; readonly recursive: boolean; readonly contents: boolean }
  | { readonly kind: 'write'; readonly recursive: boolean; readonly truncates: boolean }
  | { readonly kind: 'delete'; readonly recursive: boolean };

/** The effects of using a path: the use itself, and what it means where the path leads. */
export function pathEffects(at: ResolvedPath, use: PathUse): readonly Effect[] {
  const { path, zones } = at;
  if (isHarmlessDevice(path) || /^&?\d*$/.test(path)) return [];
  const base: Effect = { kind: use.kind, path, zones, recursive: use.recursive };
  switch (use.kind) {
    case 'read':
      return [base, ...readMeaning(path, zones, use)];
    case 'write':
      return [base, ...writeMeaning(path, zones, use.truncates)];
    case 'delete':
      return [base, ...deleteMeaning(path)];
    default:
      return never(use);
  }
}

function readMeaning(
  path: string,
  zones: readonly Zone[],
  use: { readonly recursive: boolean; readonly contents: boolean },
): readonly Effect[] {
  if (!use.contents) return [];
  if (zones.includes('credentials')) return [{ kind: 'credential', store: 'file', detail: path }];
  // Everything below `/` or a home: the secrets are among it. Not below a workspace, whose contents are the agent's own work.
  const everything = use.recursive && zones.includes('root') && !zones.includes('workspace');
  return everything ? [{ kind: 'credential', store: 'file', detail: `everything below ${path}` }] : [];
}

type Meaning = readonly [pattern: RegExp, effect: (path: string) => Effect];

/** In order; the first that matches counts. Paths are matched in lower case. */
const WRITE_MEANINGS: readonly Meaning[] = [
  [/\/\.git\/hooks(?:\/|$)|\/\.husky\//, (path) => ({ kind: 'persist', means: 'git-hook', detail: path })],
  [
    /\/authorized_keys2?$|\/\.ssh\/(?:rc|environment)$|^\/etc\/ssh\/sshd_config/,
    (path) => ({ kind: 'persist', means: 'authorized-keys', detail: path }),
  ],
  [
    /^\/etc\/(?:ld\.so|sitecustomize)|(?:user|site)customize\.py$|\/site-packages\/[^/]*\.pth$/,
    (path) => ({ kind: 'persist', means: 'preload', detail: path }),
  ],
  [/\/(?:sudoers|sudoers\.d|doas\.conf)(?:\/|$)/, (path) => ({ kind: 'escalate', means: path })],
  [
    /^\/etc\/(?:passwd|shadow|group|gshadow|master\.passwd|pam\.d|pam\.conf|login\.defs|security\/)|^\/lib\/security\//,
    (path) => ({ kind: 'persist', means: 'account', detail: path }),
  ],
  [
    /^\/etc\/mod(?:ules|probe)|^\/lib\/modules\/|\.ko$|^\/boot\//,
    (path) => ({ kind: 'persist', means: 'kernel', detail: path }),
  ],
  [
    /systemd\/(?:system|user)|\.config\/systemd|init\.d\/|rc\.d\/|rc\.local$|rc\.common$|launch(?:agents|daemons)\/|\/etc\/init\/|inittab$|udev\/rules\.d|rc\.conf$/,
    (path) => ({ kind: 'persist', means: 'service', detail: path }),
  ],
  [/^\/proc\/sysrq-trigger$/, (path) => ({ kind: 'destroy', target: 'process', detail: path })],
  [
    /^\/etc\/(?:audit|audisp|selinux|apparmor|fail2ban|rsyslog|syslog|libaudit|newsyslog|ufw|iptables|nftables|firewalld|pf\.conf|hosts\.(?:allow|deny))|^\/sys\/fs\/selinux\//,
    (path) => ({ kind: 'destroy', target: 'security', detail: path }),
  ],
];

function writeMeaning(path: string, zones: readonly Zone[], truncates: boolean): readonly Effect[] {
  const lower = path.toLowerCase();
  const effects = WRITE_MEANINGS.filter(([pattern]) => pattern.test(lower))
    .slice(0, 1)
    .map(([, effect]) => effect(path));
  if (effects.length === 0 && zones.includes('shell-startup'))
    effects.push({ kind: 'persist', means: 'shell-startup', detail: path });
  if (effects.length === 0 && zones.includes('scheduler'))
    effects.push({ kind: 'persist', means: 'scheduler', detail: path });
  if (zones.includes('device')) effects.push({ kind: 'destroy', target: 'disk', detail: path });
  if (truncates && isLog(lower)) effects.push({ kind: 'destroy', target: 'logs', detail: path });
  return effects;
}

function deleteMeaning(path: string): readonly Effect[] {
  const lower = path.toLowerCase();
  if (isLog(lower)) return [{ kind: 'destroy', target: 'logs', detail: path }];
  return /\/authorized_keys2?$/.test(lower) ? [{ kind: 'destroy', target: 'account', detail: path }] : [];
}

/** System logs, audit trails, and the histories that shells keep. */
function isLog(path: string): boolean {
  return /^\/(?:private\/)?var\/(?:log|audit|adm|spool\/mail|mail)(?:\/|$)|\/\.(?:\w+_history|sh_history|zhistory|history|mysql_history|psql_history|python_history|lesshst)$|\/library\/logs\//.test(
    path,
  );
}
