import { credential, destroy } from '#domain/action/programs/facts.ts';
import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed } from '#domain/action/programs/options.ts';
import { removes } from '#domain/action/programs/removal.ts';
import type { Call } from '#domain/action/shell/call.ts';
import type { Flow } from '#domain/action/shell/values.ts';
import { isSecretName } from '#domain/action/shell/variable.ts';

const SECRET: Flow = { text: undefined, cause: 'generated', source: 'credentials' };

/** A program of which these first words give a secret out. */
function tells(detail: string): (call: Call) => Flow {
  return (call) => {
    call.emit(credential('cli', detail));
    return SECRET;
  };
}

/** By leading words: those that print or copy a secret, and those that take one away. The whole of it is one table, so that it can be read. */
function tellsWhen(
  program: string,
  pattern: RegExp,
  store: 'cli' | 'keychain' = 'cli',
): (call: Call, parsed: Parsed) => Flow | undefined {
  return (call, parsed) => {
    const text = call.arguments.map((field) => field.text).join(' ');
    if (removes(parsed.operands.map((field) => field.text))) call.emit(destroy('cloud', `${program}: ${text}`));
    if (!pattern.test(text)) return undefined;
    call.emit(credential(store, program));
    return SECRET;
  };
}

function runGpg(call: Call, parsed: Parsed): Flow | undefined {
  const text = call.arguments.map((field) => field.text).join(' ');
  for (const file of optionValues(parsed, '-o', '--output')) call.write(file);
  if (
    /--(?:decrypt|encrypt|sign|verify|import|symmetric|clear-?sign|detach-sign|dearmor|enarmor)\b|(?:^| )-[a-z]*[desc]\b/.test(
      text,
    )
  )
    for (const file of parsed.operands) call.read(file);
  if (/--export-secret|--export-ssh/.test(text)) {
    call.emit(credential('keychain', 'gpg --export-secret-keys'));
    return SECRET;
  }
  if (/--delete-(?:secret-)?(?:and-public-)?keys?/.test(text)) call.emit(destroy('account', 'gpg: keys'));
  if (/--(?:decrypt|d)\b|(?:^| )-d\b/.test(text)) return { text: undefined, cause: 'decoded', source: 'files' };
  return undefined;
}

/** `printenv NAME` and `env | …` show the environment; a name that names a secret shows one. */
function runPrintenv(call: Call, parsed: Parsed): Flow {
  for (const field of parsed.operands) if (isSecretName(field.text)) call.emit(credential('environment', field.text));
  return parsed.operands.length === 0
    ? SECRET
    : {
        text: undefined,
        cause: 'variable',
        source: parsed.operands.some((field) => isSecretName(field.text)) ? 'credentials' : 'output',
      };
}

function runSshAdd(call: Call, parsed: Parsed): undefined {
  if (hasOption(parsed, '-D', '-d')) call.emit(destroy('account', 'ssh-add: keys of the agent'));
  if (hasOption(parsed, '-L', '-l')) return;
  for (const file of parsed.operands) call.read(file);
  call.emit(credential('agent-socket', 'ssh-add'));
}

function runSshKeygen(call: Call, parsed: Parsed): undefined {
  for (const file of optionValues(parsed, '-f')) {
    if (hasOption(parsed, '-l', '-y', '-e', '-B', '-F')) call.read(file, { contents: hasOption(parsed, '-y', '-e') });
    else call.write(file, { truncates: false });
  }
}

export const CREDENTIALS_PROGRAMS: Family = {
  printenv: { run: runPrintenv },
  'gpg gpg2': {
    options: {
      '-o -r -u --output --recipient --local-user --homedir --passphrase --passphrase-fd --passphrase-file --keyserver --pinentry-mode --cipher-algo --default-key --status-fd --trust-model':
        'value',
    },
    run: runGpg,
  },
  security: {
    run: tellsWhen(
      'security',
      /find-(?:generic|internet)-password|dump-keychain|export|unlock-keychain|find-identity|find-key/,
      'keychain',
    ),
  },
  'secret-tool kwallet-query lssecret gnome-keyring': {
    run: tellsWhen('secret-tool', /lookup|search|-r|^/, 'keychain'),
  },
  pass: {
    run: tellsWhen('pass', /^(?!(?:ls|list|help|version|init|insert|generate|git|find|rm|mv|cp)\b)\S/),
  },
  'op lpass bw keepassxc-cli dashlane rbw gopass': {
    run: tellsWhen('password manager', /\b(?:read|get|show|export|list items|item get|inject|run|reveal|unlock|cat)\b/),
  },
  'vault bao': {
    verbs: {
      'secrets disable': [destroy('cloud', 'vault secrets disable')],
      'auth disable': [destroy('cloud', 'vault auth disable')],
      'audit disable': [destroy('logs', 'vault audit disable')],
      'operator seal': [destroy('process', 'vault operator seal')],
      'operator rekey': [destroy('account', 'vault operator rekey')],
    },
    run: tellsWhen('vault', /^(?:read|kv get|kv list|login|token|print token|unwrap|write)/),
  },
  'doppler infisical chamber teller': {
    run: tellsWhen('secret store', /\b(?:secrets|export|read|download|get|run)\b/),
  },
  sops: { when: { '-d --decrypt': [credential('file', 'sops')] } },
  'ansible-vault': {
    verbs: { view: [credential('file', 'ansible-vault')], decrypt: [credential('file', 'ansible-vault')] },
  },
  'ssh-add': { options: { '-t -s -e -S': 'value' }, run: runSshAdd },
  'ssh-keygen': { options: { '-t -b -f -C -N -P -m -F -R -s -I -n -V -O -E -a -D': 'value' }, run: runSshKeygen },
  'ssh-keyscan ssh-agent gpg-agent': {},
  'mimipenguin lazagne mimikatz linpeas linpeas.sh hashcat john unshadow gitrob pypykatz secretsdump secretsdump.py': {
    run: tells('a tool that looks for secrets'),
  },
  'klist kinit keyctl kadmin ktutil': { run: tellsWhen('Kerberos', /\b(?:print|read|pipe|list|dump|get)\b/) },
  getent: { verbs: { shadow: [credential('file', '/etc/shadow')], gshadow: [credential('file', '/etc/gshadow')] } },
};
