import type { Effect } from '#domain/action/effect.ts';

type Install = Extract<Effect, { kind: 'install' }>;

/** `name`, `name@1.2`, `@scope/name@^1`, `name==1.2`, `git+https://…`, `./dir`, `https://….tgz`: one package, as managers write it. */
export function packageEffect(manager: string, text: string, global: boolean): Install {
  const source = packageSource(text);
  if (source !== 'registry') return { kind: 'install', manager, package: text, source, global };
  const match = /^(@?[^@=<>~!^\s[]+)(?:\[[^\]]*\])?(?:@|={1,3}|[<>~!^]=?)?(.*)$/.exec(text);
  const name = match?.[1] ?? text;
  const version = match?.[2] ?? '';
  return { kind: 'install', manager, package: name, ...(version === '' ? {} : { version }), source, global };
}

function packageSource(text: string): Install['source'] {
  if (/^(?:git\+|git:|git@|github:|gitlab:|bitbucket:|ssh:)|\.git(?:[#@]|$)/.test(text)) return 'git';
  if (/^(?:https?|ftp):/.test(text)) return 'url';
  if (
    /^(?:\.{0,2}\/|~|\.$|\.{2}$|file:|link:)/.test(text) ||
    /\.(?:whl|tgz|tar\.gz|deb|rpm|gem|crate|apk|pkg)$/.test(text)
  )
    return 'path';
  return 'registry';
}

/** A package action: what an agent's own install tool names. */
export function packageEffects(manager: string, packages: readonly string[]): readonly Install[] {
  if (packages.length === 0) return [{ kind: 'install', manager, package: '*', source: 'manifest', global: false }];
  return packages.map((text) => packageEffect(manager, text, SYSTEM_MANAGERS.has(manager)));
}

/** Managers that install for the whole machine. */
export const SYSTEM_MANAGERS: ReadonlySet<string> = new Set(
  'apt apt-get aptitude dnf yum zypper pacman apk brew port snap flatpak emerge xbps-install pkg pkg_add winget choco scoop nix-env dpkg rpm yay paru'.split(
    ' ',
  ),
);
