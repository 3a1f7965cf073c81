/**
 * Names that put a path into a zone wherever it lies, as patterns over the lower-case path. One alternation a zone, so that a path is
 * scanned once a zone; no pattern can backtrack: there are no nested repetitions.
 */
export interface NamePattern {
  /** `path` is lower-case; its glob characters stand for what they may match. */
  matches(path: string): boolean;
}

/** Longest path that a kernel takes (Linux PATH_MAX, bytes). */
const PATH_LENGTH_MAX = 4096;

/**
 * `directories`: path segments below which everything belongs (`.ssh`, `.config/gcloud`). `files`: last components, as regular
 * expression sources. `except`: last components that never belong.
 */
function namePattern(set: {
  readonly directories?: readonly string[];
  readonly files?: readonly string[];
  readonly absolute?: readonly string[];
  /** Absolute names that a pattern beside them may mean, however short it is: `/etc/s*`. */
  readonly globbed?: readonly string[];
  readonly except?: RegExp;
}): NamePattern {
  const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const alternatives = [
    ...(set.directories ?? []).map((name) => `(?:^|/)${quote(name)}(?:/|$)`),
    ...(set.files ?? []).map((source) => `(?:^|/)(?:${source})$`),
    ...(set.absolute ?? []).map((source) => `^${source}`),
  ];
  const pattern = new RegExp(alternatives.join('|'));
  const { globbed = [] } = set;
  const literals = [...(set.directories ?? []), ...literalFiles(set.files ?? [])].map((name) => name.split('/'));
  return {
    matches(path) {
      // No file has such a name; a pattern of this length is not one that anybody means well with.
      if (path.length > PATH_LENGTH_MAX) return set.globbed !== undefined;
      const base = path.slice(path.lastIndexOf('/') + 1);
      if (set.except?.test(base) === true) return false;
      if (pattern.test(path)) return true;
      if (!hasGlob(path)) return false;
      const folder = path.slice(0, path.length - base.length);
      const beside = globbed.some((name) => {
        const rest = name.slice(folder.length);
        return name.startsWith(folder) && !rest.includes('/') && segmentMatches(base, rest);
      });
      return beside || globMayReach(path, literals);
    },
  };
}

/** File patterns that are plain names once the escapes are gone: candidates for what a glob may match. */
function literalFiles(files: readonly string[]): readonly string[] {
  return files.map((source) => source.replaceAll('\\.', '.')).filter((name) => /^[\w.-]+$/.test(name));
}

function hasGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * Whether a path with glob characters may name one of these (each as its segments), or something below it: `~/.s?h/id`, `.e*`.
 * A pattern of nearly nothing but wildcards names no secret in particular: `src/*` is not `src/.env`.
 */
function globMayReach(path: string, names: readonly (readonly string[])[]): boolean {
  const segments = path.split('/').map((text) => {
    const glob = hasGlob(text);
    return { text, glob, vague: glob && text.replace(/\[[^\]]*\]|[*?[\]]/g, '').length < 2 };
  });
  if (!segments.some(({ glob, vague }) => glob && !vague)) return false;
  return names.some((wanted) => {
    for (let at = 0; at + wanted.length <= segments.length; at++) {
      const window = segments.slice(at, at + wanted.length);
      if (!window.some(({ glob }) => glob) || window.some(({ vague }) => vague)) continue;
      if (wanted.every((part, index) => segmentMatches(window[index]?.text ?? '', part))) return true;
    }
    return false;
  });
}

/** A glob over one segment, `*`, `?` and brackets (which match any one character here); linear in time: greedy with one point of return. */
function segmentMatches(pattern: string, text: string): boolean {
  const tokens = pattern.match(/\*|\?|\[[^\]]*\]|[^*?[]|\[/g) ?? [];
  let token = 0;
  let at = 0;
  let star = -1;
  let mark = 0;
  while (at < text.length) {
    const current = tokens[token];
    if (current === '*') {
      star = token++;
      mark = at;
    } else if (current !== undefined && (current === '?' || current.startsWith('[') || current === text.charAt(at))) {
      token++;
      at++;
    } else if (star !== -1) {
      token = star + 1;
      at = ++mark;
    } else return false;
  }
  while (tokens[token] === '*') token++;
  return token === tokens.length;
}

export const CREDENTIALS: NamePattern = namePattern({
  directories: [
    '.ssh',
    '.aws',
    '.azure',
    '.gnupg',
    '.kube',
    '.oci',
    '.password-store',
    '.config/gcloud',
    '.config/gh',
    '.config/op',
    '.config/hub',
    '.config/rclone',
    '.config/sops',
    '.config/doctl',
    '.config/containers/auth.json',
    '.local/share/keyrings',
    '.pki',
    '.vault-token',
    'library/keychains',
    'library/cookies',
    '.mozilla',
    '.thunderbird',
    '.config/google-chrome',
    '.config/chromium',
    '.config/bravesoftware',
    'google/chrome/user data',
    'application support/google/chrome',
    'application support/firefox',
    '.bitcoin',
    '.ethereum',
    '.electrum',
    'run/secrets',
    '.docker/config.json',
    '.cargo/credentials',
    '.cargo/credentials.toml',
    '.gem/credentials',
    '.m2/settings.xml',
    '.terraform.d/credentials.tfrc.json',
    '.claude/.credentials.json',
    '.codex/auth.json',
    '.config/github-copilot',
    '.minikube',
  ],
  files: [
    '\\.env',
    '\\.env\\.[\\w.-]+',
    '\\.envrc',
    '\\.netrc',
    '_netrc',
    '\\.npmrc',
    '\\.pypirc',
    '\\.pgpass',
    '\\.my\\.cnf',
    '\\.git-credentials',
    '\\.htpasswd',
    '\\.s3cfg',
    '\\.boto',
    '\\.dockercfg',
    'id_rsa',
    'id_dsa',
    'id_ecdsa',
    'id_ed25519',
    'id_[a-z0-9_]+',
    'ssh_host_[a-z0-9_]+_key',
    '[^/]*\\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|keytab)',
    'credentials',
    'credentials\\.json',
    'credentials\\.db',
    'access_tokens\\.db',
    'service[-_]?account[^/]*\\.json',
    'client_secret[^/]*\\.json',
    'secrets?\\.(?:ya?ml|json|toml|env|txt|ini)',
    'accesstokens\\.json',
    'msal_token_cache\\.json',
    'kubeconfig',
    'authorized_keys',
    'wallet\\.dat',
    'login\\.keychain(?:-db)?',
    'key[34]\\.db',
    'logins\\.json',
  ],
  absolute: [
    '/etc/(?:shadow|gshadow|master\\.passwd|security/passwd|sudoers)',
    '/etc/shadow-',
    '/etc/(?:ssl/private|kubernetes/[^/]*\\.conf|krb5\\.keytab)',
    '/etc/sudoers\\.d',
    '/proc/(?:\\d+|self|\\*|[^/]*)/environ',
    '/var/(?:run|lib)/(?:secrets|cloud)',
    '/var/lib/sss/secrets',
  ],
  globbed: ['/etc/shadow', '/etc/gshadow', '/etc/master.passwd', '/etc/sudoers'],
  except:
    /^(?:known_hosts(?:\.old)?|[^/]*\.pub|\.env\.(?:example|sample|template|dist|defaults?)|pubring\.(?:kbx|gpg)|trustdb\.gpg|cacert\.pem)$/,
});

export const SHELL_STARTUP: NamePattern = namePattern({
  directories: ['profile.d', '.config/fish', '.oh-my-zsh', '.bashrc.d', '.zshrc.d'],
  files: [
    '\\.(?:bash|zsh|ksh|csh|tcsh|sh|mksh)rc',
    '\\.bash_(?:profile|login|logout|aliases)',
    '\\.profile',
    '\\.z(?:profile|login|logout|shenv)',
    '\\.zshenv',
    '\\.(?:login|logout|cshrc|kshrc|inputrc|xprofile|xinitrc|xsession|xsessionrc|bash_env|pam_environment)',
    'config\\.fish',
    '\\.(?:vimrc|nvimrc|emacs|tmux\\.conf|screenrc|pythonrc|irbrc)',
    '(?:user|site)customize\\.py',
    '\\.bashrc',
    '\\.zshrc',
  ],
  absolute: [
    '/etc/(?:profile|bash\\.bashrc|bashrc|zshrc|zshenv|zprofile|zsh|csh\\.\\w+|environment|shells|skel)(?:/|$)',
    '/etc/bash_completion',
  ],
});

export const SCHEDULER: NamePattern = namePattern({
  directories: [
    '.config/systemd',
    '.local/share/systemd',
    'systemd/system',
    'systemd/user',
    'launchagents',
    'launchdaemons',
    'startupitems',
    '.config/autostart',
    'xdg/autostart',
    'etc/init.d',
    'etc/rc.d',
    'etc/init',
    'spool/cron',
    'spool/at',
    'cron.d',
    'cron.daily',
    'cron.hourly',
    'cron.weekly',
    'cron.monthly',
    'etc/periodic',
    'etc/systemd',
    'lib/udev/rules.d',
    'udev/rules.d',
    'networkmanager/dispatcher.d',
    'update-motd.d',
    'etc/xinetd.d',
    'emond.d',
  ],
  files: ['crontab', 'anacrontab', 'rc\\.local', 'rc\\.common', 'inittab', 'inetd\\.conf', 'rc\\.conf'],
  absolute: ['/etc/rc\\d?\\.', '/etc/rc\\b'],
});

export const AGENT_CONFIG: NamePattern = namePattern({
  directories: [
    '.claude',
    '.codex',
    '.gemini',
    '.opencode',
    '.config/opencode',
    'etc/claude-code',
    'etc/codex',
    'etc/cursor',
    'etc/github-copilot',
    '.acgs',
    'etc/acgs',
    '.github/hooks',
    '.config/acgs',
    'application support/claudecode',
    'application support/cursor',
    '.copilot',
    '.cursor/rules',
    '.continue',
    '.windsurf',
    '.aider.conf.yml',
  ],
  files: [
    'hooks\\.json',
    '\\.mcp\\.json',
    'mcp\\.json',
    'claude\\.md',
    'agents\\.md',
    'gemini\\.md',
    '\\.claude\\.json',
    'opencode\\.jsonc?',
    '\\.cursorrules',
    '\\.clinerules',
    'managed-settings\\.json',
    'copilot-instructions\\.md',
  ],
});

export const CI_CONFIG: NamePattern = namePattern({
  directories: [
    '.github/workflows',
    '.github/actions',
    '.circleci',
    '.buildkite',
    '.woodpecker',
    '.teamcity',
    '.gitea/workflows',
    '.forgejo/workflows',
  ],
  files: [
    '\\.gitlab-ci\\.ya?ml',
    'jenkinsfile',
    '\\.travis\\.yml',
    'azure-pipelines\\.ya?ml',
    'bitbucket-pipelines\\.yml',
    '\\.drone\\.yml',
    'appveyor\\.yml',
    '\\.cirrus\\.yml',
    'cloudbuild\\.ya?ml',
    'codeowners',
  ],
});

export const MANIFEST: NamePattern = namePattern({
  directories: ['.husky', '.devcontainer'],
  files: [
    'package\\.json',
    'package-lock\\.json',
    'npm-shrinkwrap\\.json',
    'yarn\\.lock',
    '\\.yarnrc(?:\\.yml)?',
    'pnpm-lock\\.yaml',
    'pnpm-workspace\\.yaml',
    'bun\\.lockb?',
    'deno\\.jsonc?',
    'deno\\.lock',
    'pyproject\\.toml',
    'poetry\\.lock',
    'uv\\.lock',
    'pipfile(?:\\.lock)?',
    'requirements[\\w.-]*\\.txt',
    'setup\\.(?:py|cfg)',
    'tox\\.ini',
    'noxfile\\.py',
    'conftest\\.py',
    'cargo\\.toml',
    'cargo\\.lock',
    'build\\.rs',
    'go\\.mod',
    'go\\.sum',
    'gemfile(?:\\.lock)?',
    'rakefile',
    'composer\\.(?:json|lock)',
    'pom\\.xml',
    'build\\.gradle(?:\\.kts)?',
    'settings\\.gradle(?:\\.kts)?',
    'gradlew',
    'mvnw',
    '(?:gnu)?makefile',
    '[^/]*\\.mk',
    'cmakelists\\.txt',
    'justfile',
    'taskfile\\.ya?ml',
    '(?:[\\w-]+\\.)?dockerfile',
    'dockerfile\\.[\\w-]+',
    'containerfile',
    '(?:docker-)?compose(?:\\.[\\w-]+)?\\.ya?ml',
    'flake\\.(?:nix|lock)',
    'mix\\.(?:exs|lock)',
    'package\\.swift',
    'podfile(?:\\.lock)?',
    'pubspec\\.(?:yaml|lock)',
    '\\.pre-commit-config\\.yaml',
    'lefthook\\.ya?ml',
    'vcpkg\\.json',
    'conanfile\\.(?:py|txt)',
    'brewfile',
    'procfile',
  ],
});
