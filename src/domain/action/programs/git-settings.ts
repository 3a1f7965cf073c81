import type { Effect } from '#domain/action/effect.ts';
import { git } from '#domain/action/programs/facts.ts';

/** Configuration that names programs which git runs, or what they are read from (git-config(1)). Compared in lower case. */
const EXECUTING_KEY =
  /^(?:core\.(?:hookspath|sshcommand|fsmonitor|editor|pager|askpass|gitproxy|alternaterefscommand|worktree)|alias\..+|credential(?:\..+)?\.helper|diff\..*(?:external|textconv|command)|diff\.external|merge\..+\.driver|filter\..+\.(?:clean|smudge|process)|(?:difftool|mergetool|browser|man|guitool)\..+\.(?:cmd|path)|gpg(?:\..+)?\.program|sequence\.editor|pager\..+|interactive\.difffilter|include(?:if\..+)?\.path|sendemail\..*cmd|uploadpack\.packobjectshook|remote\..+\.(?:uploadpack|receivepack|proxy|vcs)|url\..+\.(?:insteadof|pushinsteadof)|protocol\..*allow|trailer\..+\.(?:cmd|command)|init\.templatedir|ssh\.variant|http\.(?:sslverify|proxy))$/;

/** Values with which such a key does nothing that its user did not ask for. */
const HARMLESS_VALUE =
  /^(?:cat|less|more|true|false|:|delta|vim?|nano|nvim|emacs|code(?: --wait)?|diff-so-fancy|cache(?: --timeout[= ]\d+)?|store|osxkeychain|manager(?:-core)?|libsecret|)$/;

export function executesByConfig(key: string, value: string): boolean {
  const lower = key.toLowerCase();
  // An alias without `!` is only another name for a git command; those are looked at where they are used.
  if (lower.startsWith('alias.')) return value.startsWith('!');
  return EXECUTING_KEY.test(lower) && !HARMLESS_VALUE.test(value);
}

export function settingEffects(key: string, value: string): readonly Effect[] {
  if (!executesByConfig(key, value)) return [];
  const hooks = key.toLowerCase() === 'core.hookspath';
  return hooks ? [git('config-exec'), git('skip-checks')] : [git('config-exec')];
}
