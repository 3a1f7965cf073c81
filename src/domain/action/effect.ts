/** Where in the action's text (the command) an effect was seen: UTF-16 offsets, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Classes of paths that policies speak about (Cedar: `resource in Zone::"secrets"`). A path may be in several.
 * They are facts about where a path points, made by `zones.ts`; whether it matters is the constitution's business.
 */
export const ZONES = [
  'workspace', // below a workspace root
  'temporary', // /tmp, $TMPDIR, /var/tmp, /dev/shm
  'home', // below the user's home
  'system', // /etc, /usr, /bin, /boot, /var, /lib, …
  'device', // block devices and raw memory below /dev (not /dev/null, zero, stdin, stdout, stderr, tty, fd/*, urandom)
  'root', // `/`, the home directory itself, a workspace root itself: what must not be removed as a whole
  'credentials', // ~/.ssh, ~/.aws, ~/.gnupg, .env, .netrc, .npmrc, keychains, /etc/shadow, *.pem, cloud and cluster tokens
  'shell-startup', // ~/.bashrc, ~/.profile, /etc/profile.d, …
  'scheduler', // cron, systemd units, launchd, autostart
  'git-internals', // .git/ (config, hooks, refs)
  'agent-config', // settings and hooks of coding agents, and ACGS's own files: what would loosen the governing
  'ci-config', // .github/workflows, .gitlab-ci.yml, Jenkinsfile, …
  'manifest', // package.json, lock files, Dockerfile, …: what decides which code is run later
] as const;
export type Zone = (typeof ZONES)[number];

/** The ways in which what runs cannot be known before it runs. */
export const OPAQUE_CAUSES = [
  'variable', // a program name or script whose text comes from outside the command
  'download', // code fetched and run (`curl … | sh`)
  'decoded', // code decoded or decrypted and run
  'generated', // code printed by a program and run
  'stdin', // an interpreter reading a script from a pipe or terminal that is not one of the above
  'inline-code', // `python -c` and the like whose calls are not all evident
  'remote', // commands run on another host
  'syntax', // text that the grammar does not accept
  'limit', // larger or deeper than ACGS reads
  'tool', // a tool that ACGS does not know
] as const;
export type OpaqueCause = (typeof OPAQUE_CAUSES)[number];

export const GIT_OPERATIONS = [
  'push',
  'commit',
  'tag',
  'merge',
  'reset-hard',
  'clean',
  'branch-delete',
  'discard', // checkout, restore or switch that drops changes in the working tree
  'stash-drop',
  'rewrite-history', // filter-branch, filter-repo, rebase of published refs, reflog expire, gc --prune=now, update-ref -d
  'worktree-remove',
  'remote-change', // remote add / set-url
  'config-exec', // configuration that makes git run programs (core.hooksPath, alias.!…, core.sshCommand, …)
  'skip-checks', // --no-verify, hooks disabled for a command
] as const;
export type GitOperation = (typeof GIT_OPERATIONS)[number];

export const CREDENTIAL_STORES = [
  'file',
  'environment',
  'keychain',
  'metadata-service',
  'agent-socket',
  'cli',
] as const;
export type CredentialStore = (typeof CREDENTIAL_STORES)[number];

export const DESTROY_TARGETS = [
  'disk', // mkfs, dd onto a device, wipefs, fdisk, shred of a device
  'database', // DROP, TRUNCATE, DELETE without WHERE, dropdb, FLUSHALL
  'cloud', // terraform destroy, aws … delete, gcloud … delete
  'cluster', // kubectl delete, helm uninstall, drain
  'container', // docker/podman prune, rm -f, volume rm
  'process', // kill -9 -1, killall, shutdown, reboot, fork bomb
  'files', // a recursive or forced delete whose extent cannot be seen (`rm -rf $X`, `find / -delete`)
  'logs', // history -c, log and audit removal
  'security', // firewall flushed, SELinux/AppArmor/auditd/antivirus switched off
  'account', // userdel, passwd -d, removal of keys
] as const;
export type DestroyTarget = (typeof DESTROY_TARGETS)[number];

interface EffectBase {
  readonly span?: Span;
}

/** One thing that an action would do. Every effect is put to the policies; an action is allowed when all of them are. */
export type Effect = EffectBase &
  (
    | {
        /** Runs a program. `program` is its base name; `path` as written when it was not a plain name. */
        readonly kind: 'run';
        readonly program: string;
        readonly path?: string;
        /** Unquoted arguments; one that is not known before the run is given as written. */
        readonly arguments: readonly string[];
      }
    | {
        readonly kind: 'read' | 'write' | 'delete';
        /** Absolute and normalised (`..` and known symlinks resolved); a glob keeps its pattern characters. */
        readonly path: string;
        readonly zones: readonly Zone[];
        readonly recursive: boolean;
      }
    | {
        readonly kind: 'connect';
        /** Lower-case host name or address without port. */
        readonly host: string;
        readonly port?: number;
        readonly scheme?: string;
      }
    | {
        readonly kind: 'install';
        readonly manager: string;
        /** `*` when the manifest or lock file decides. */
        readonly package: string;
        readonly version?: string;
        /** `lockfile`: exactly what a lock file names; `manifest`: what a manifest allows. */
        readonly source: 'registry' | 'lockfile' | 'manifest' | 'git' | 'url' | 'path';
        readonly global: boolean;
      }
    | {
        readonly kind: 'git';
        readonly operation: GitOperation;
        readonly remote?: string;
        /** Short name: `main`, `feature/x`, `v1.2`; `*` for all. */
        readonly ref?: string;
        readonly force: boolean;
        readonly deletes: boolean;
      }
    | {
        /** Gains rights: sudo, su, doas, pkexec, setuid bits, capabilities, a privileged container, nsenter. */
        readonly kind: 'escalate';
        readonly means: string;
      }
    | {
        /** Leaves something behind that will run later. */
        readonly kind: 'persist';
        readonly means:
          | 'scheduler'
          | 'service'
          | 'shell-startup'
          | 'git-hook'
          | 'authorized-keys'
          | 'account'
          | 'preload'
          | 'kernel';
        readonly detail: string;
      }
    | {
        /** Gets at a secret. Files are also a `read` of their path. */
        readonly kind: 'credential';
        readonly store: CredentialStore;
        readonly detail: string;
      }
    | {
        readonly kind: 'destroy';
        readonly target: DestroyTarget;
        readonly detail: string;
      }
    | {
        /** Sends local data to a host. `source` says the worst that may be in it. */
        readonly kind: 'send';
        readonly host: string;
        readonly source: 'credentials' | 'files' | 'output' | 'literal';
      }
    | { readonly kind: 'detach'; readonly means: string }
    | {
        /** What cannot be known before it runs. Never left out. */
        readonly kind: 'dynamic';
        readonly cause: OpaqueCause;
        readonly detail: string;
      }
    | { readonly kind: 'call'; readonly server: string; readonly tool: string }
    | { readonly kind: 'search'; readonly query: string }
    | { readonly kind: 'prompt'; readonly secrets: boolean }
    | { readonly kind: 'delegate'; readonly name: string }
    | { readonly kind: 'deploy'; readonly environment: string; readonly artifact: string }
    | {
        /** A text that would be written or sent contains something of the shape of a secret (`what`: its kind, never its value). */
        readonly kind: 'expose';
        readonly what: string;
      }
  );

export type EffectKind = Effect['kind'];
export const EFFECT_KINDS = [
  'run',
  'read',
  'write',
  'delete',
  'connect',
  'install',
  'git',
  'escalate',
  'persist',
  'credential',
  'destroy',
  'send',
  'detach',
  'dynamic',
  'call',
  'search',
  'prompt',
  'delegate',
  'deploy',
  'expose',
] as const satisfies readonly EffectKind[];

/** Part of the constitution's digest: raised when the catalogue finds other effects in the same action. */
export const EFFECT_CATALOGUE_VERSION = 1;

/** Effects of one action; past this the rest becomes one `dynamic` effect with cause `limit`. */
export const EFFECT_COUNT_MAX = 10_000;
