import { scanSql } from '#domain/action/code/sql.ts';
import { credential, deploy, destroy, escalate, words } from '#domain/action/programs/facts.ts';
import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed } from '#domain/action/programs/options.ts';
import { removes } from '#domain/action/programs/removal.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type DataSource, type Flow, fieldFlow, worse } from '#domain/action/shell/values.ts';

const SECRET_WORDS =
  /\b(?:get-secret-value|get-parameters?(?:-by-path)?|get-session-token|assume-role\S*|get-authorization-token|get-login(?:-password)?|create-access-key|get-password-data|get-federation-token|print-access-token|print-identity-token|get-access-token|get-credentials|get-caller-token|export-credentials|secrets versions access|keyvault secret show|keys list|list-keys|show-connection-string|auth token|configure get|configure export-credentials|connection-string|get-api-keys?|get-iam-credentials|iam service-accounts keys create)\b/;

const PRIVILEGE_WORDS =
  /\b(?:attach-(?:user|role|group)-policy|put-(?:user|role|group)-policy|create-policy-version|add-user-to-group|add-iam-policy-binding|set-iam-policy|role assignment create|update-assume-role-policy|create-login-profile|create-user|add-role-to-instance-profile|authorize-security-group-ingress)\b/;

/** What others use is changed, stopped or pointed elsewhere: no data is lost, but they notice. */
const OUTAGE_WORDS =
  /\b(?:stop-instances|reboot-instances|stop-db-\w+|change-resource-record-sets|put-bucket-(?:policy|acl)|put-public-access-block|execute-change-set|update-stack|deploy-stack|record-sets (?:transaction execute|update)|instances (?:stop|reset))\b/;

const LOGGING_WORDS =
  /\b(?:stop-logging|delete-trail|update-trail|delete-flow-logs|delete-log-group|delete-log-stream|delete-detector|disable-security-hub|put-event-selectors|delete-configuration-recorder|stop-configuration-recorder|sinks delete|delete-alarms|put-bucket-lifecycle\S*)\b/;

function runCloud(call: Call, parsed: Parsed): Flow | undefined {
  const text = words(parsed.operands);
  const detail = `${call.program} ${text}`;
  if (call.arguments.some((field) => /^--(?:dry-run|dryrun|validate-only|help)$/.test(field.text))) return undefined;
  const verbs = parsed.operands.map((field) => field.text.toLowerCase());
  if (removes(verbs)) call.emit(destroy('cloud', detail));
  if (OUTAGE_WORDS.test(text)) call.emit(deploy('cloud', detail));
  if (LOGGING_WORDS.test(text)) call.emit(destroy('logs', detail));
  if (PRIVILEGE_WORDS.test(text)) call.emit(escalate(detail));
  storage(verbs.slice(0, 5), call, parsed);
  if (!SECRET_WORDS.test(text)) return undefined;
  call.emit(credential('cli', detail));
  return { text: undefined, cause: 'generated', source: 'credentials' };
}

/** `aws s3 cp`, `gsutil rsync`, `gcloud storage cp`, `az storage blob upload`, `rclone copy`: files go out or come in. */
function storage(verbs: readonly string[], call: Call, parsed: Parsed): void {
  const copies = verbs.findIndex((verb) =>
    /^(?:cp|mv|sync|rsync|mirror|copy|upload|upload-batch|put|move|copyto|moveto)$/.test(verb),
  );
  if (copies === -1) return;
  const operands = parsed.operands.slice(copies + 1);
  const target = operands.at(-1);
  const sources = operands.length > 1 ? operands.slice(0, -1) : operands;
  const remote = (text: string): boolean => /^[\w-]+:/.test(text);
  const local = sources.filter((field) => !remote(field.text));
  for (const field of local) call.read(field, { recursive: true });
  if (target !== undefined && local.length > 0 && (remote(target.text) || operands.length === 1)) {
    const host = /^[\w-]+:\/\/([^/]+)/.exec(target.text)?.[1] ?? target.text.split(':', 1)[0] ?? '*';
    call.send(host.toLowerCase(), local.map((field) => call.sourceOf(field)).reduce<DataSource>(worse, 'files'));
  } else if (target !== undefined && !remote(target.text) && operands.length > 1)
    call.write(target, { recursive: true });
  const deletes =
    hasOption(parsed, '--delete', '--delete-excluded', '-d', '--remove', '--delete-destination') ||
    /^(?:mv|move|moveto)$/.test(verbs[copies] ?? '');
  if (deletes && target !== undefined && (remote(target.text) || call.program === 'mc' || call.program === 'azcopy'))
    call.emit(destroy('cloud', `${call.program} ${words(parsed.operands)}`));
  else if (call.program === 'rclone' && verbs[copies] === 'sync')
    call.emit(destroy('cloud', `rclone sync ${target?.text ?? ''}`));
}

/** terraform and its kin: `apply` changes the world, `destroy` ends it. */
function runInfrastructure(call: Call, parsed: Parsed): undefined {
  const text = words(parsed.operands);
  const detail = `${call.program} ${text}`;
  const verb = parsed.operands[0]?.text ?? '';
  const destroys = call.arguments.some((field) => /^--?destroy$/.test(field.text));
  if (
    /^(?:destroy|destroy-all|down|delete|remove|rm|nuke|teardown)$/.test(verb) ||
    (destroys && verb !== 'plan') ||
    /^(?:state (?:rm|push|replace-provider)|workspace delete|stack rm|stack delete|force-unlock|taint|state delete)\b/.test(
      text,
    )
  )
    call.emit(destroy('cloud', detail));
  if (/^(?:apply|apply-all|up|deploy|import|run-all apply)$/.test(verb) || text.startsWith('run-all apply'))
    call.emit(deploy('infrastructure', detail));
  if (text.startsWith('run-all destroy')) call.emit(destroy('cloud', detail));
  if (/^output\b/.test(text) && call.arguments.some((field) => /^--?(?:raw|json|show-secrets)$/.test(field.text)))
    call.emit(credential('cli', detail));
  if (/^state pull\b|^config --show-secrets/.test(text)) call.emit(credential('cli', detail));
}

/** GitHub's and GitLab's command lines. */
function runForge(call: Call, parsed: Parsed): Flow | undefined {
  const text = words(parsed.operands);
  const detail = `${call.program} ${text}`;
  if (
    /^(?:repo|release|project|gist|run|cache|label|workflow|codespace|issue|ssh-key|gpg-key|secret|variable|extension-repo|ruleset|environment|snippet|ci|schedule|deploy-key) (?:delete|archive|remove|rm)\b/.test(
      text,
    )
  )
    call.emit(destroy('cloud', detail));
  if (
    /^(?:workflow disable|repo edit|repo archive|auth refresh|auth setup-git|repo deploy-key add|ssh-key add|secret set|variable set)\b/.test(
      text,
    )
  ) {
    if (/key add/.test(text)) call.emit({ kind: 'persist', means: 'authorized-keys', detail });
    else if (/edit|archive|disable/.test(text)) call.emit(deploy('forge', detail));
  }
  if (
    /^auth (?:token|status)\b/.test(text) &&
    (text.startsWith('auth token') || call.arguments.some((field) => /^(?:-t|--show-token)$/.test(field.text)))
  ) {
    call.emit(credential('cli', detail));
    return { text: undefined, cause: 'generated', source: 'credentials' };
  }
  if (/^api\b/.test(text)) forgeApi(call, detail);
  if (/^(?:pr|mr) merge\b/.test(text))
    call.emit({
      kind: 'git',
      operation: 'merge',
      force: call.arguments.some((field) => field.text === '--admin'),
      deletes: false,
    });
  // With an administrator's rights, past the reviews and checks that the branch asks for.
  if (/^pr merge\b/.test(text) && hasOption(parsed, '--admin'))
    call.emit({ kind: 'git', operation: 'skip-checks', force: false, deletes: false });
  if (/^release create\b/.test(text)) call.emit(deploy('release', detail));
  if (/^(?:gist|snippet) create\b/.test(text)) shareFiles(call, parsed);
  if (/^codespace ssh\b/.test(text)) call.dynamic('remote', detail);
  return undefined;
}

function shareFiles(call: Call, parsed: Parsed): void {
  const files = parsed.operands.slice(2).filter((field) => field.text !== '-');
  for (const file of files) call.read(file);
  const sources = [
    ...files.map((file) => call.sourceOf(file)),
    ...(call.input === undefined ? [] : [call.input.source]),
  ];
  call.send(call.program === 'gh' ? 'gist.github.com' : 'gitlab.com', sources.reduce<DataSource>(worse, 'output'));
}

function forgeApi(call: Call, detail: string): void {
  const at = call.arguments.findIndex((field) => /^(?:-X|--method)$/.test(field.text));
  const method =
    at === -1
      ? call.arguments.find((field) => /^(?:-X\w|--method=)/.test(field.text))?.text.replace(/^-X|^--method=/, '')
      : call.arguments[at + 1]?.text;
  if (/^delete$/i.test(method ?? '')) call.emit(destroy('cloud', detail));
  else if (method !== undefined && !/^get$/i.test(method)) call.emit(deploy('forge', detail));
}

/** Platforms that a deployment goes to with one word. */
function runPlatform(call: Call, parsed: Parsed): undefined {
  const text = words(parsed.operands);
  const first = parsed.operands[0]?.text ?? '';
  const detail = `${call.program} ${text}`;
  const last = first.includes(':') ? first.slice(first.lastIndexOf(':') + 1) : first;
  const verbs = [last, ...parsed.operands.slice(1, 3).map((field) => field.text)];
  // `wrangler d1 execute --command`, `supabase db query`
  for (const statement of optionValues(parsed, '--command', '--query')) scanSql(fieldFlow(statement), call);
  if (removes(verbs) || (call.program === 'railway' && first === 'down')) call.emit(destroy('cloud', detail));
  if (
    verbs.some((verb) => /^(?:deploy|publish|promote|rollback|redeploy|up|release)$/.test(verb)) ||
    (call.program === 'vercel' && hasOption(parsed, '--prod'))
  )
    call.emit(deploy(call.program, detail));
  if (
    /\b(?:config|env|secrets?)\b.*\b(?:pull|get|list|ls)\b|^auth(?:entication)?[ :]token|^env pull/.test(text) &&
    !/^secrets? (?:list|ls)/.test(text)
  )
    call.emit(credential('cli', detail));
}

/** A release for everybody: hard to take back. */
function publishes(pattern: RegExp): (call: Call, parsed: Parsed) => undefined {
  return (call, parsed) => {
    if (!hasOption(parsed, '--dry-run', '-n') && pattern.test(words(parsed.operands)))
      call.emit(deploy('registry', `${call.program} ${words(parsed.operands)}`));
  };
}

const CLOUD_VALUES =
  '--profile --region --output --query --endpoint-url --project --zone --format --filter --account --subscription -g --resource-group -n --name -o --cli-input-json';

export const CLOUD: Family = {
  'aws gcloud az doctl linode-cli oci ibmcloud hcloud scw exo openstack aliyun tccli yc civo vultr-cli s3cmd s4cmd s5cmd gsutil azcopy mc rclone b2 ossutil':
    { options: { [CLOUD_VALUES]: 'value' }, run: runCloud },
  'terraform tofu terragrunt pulumi cdk cdktf sst serverless sls copilot-cli sam': {
    options: {
      '-target -var -var-file -chdir -state -backend-config --target --var --var-file --stack -s --stage --cwd -C':
        'value',
    },
    run: runInfrastructure,
  },
  'gh glab hub tea': {
    options: { '-R --repo -q --jq -t --template -f -F --field --raw-field -H --header --hostname': 'value' },
    run: runForge,
  },
  'heroku flyctl fly vercel netlify railway render wrangler firebase supabase amplify eb cf dokku kamal surge pscale turso neonctl neon':
    {
      options: { '-a --app -t --team --scope --token -c --config -e --env --command --query': 'value' },
      run: runPlatform,
    },
  twine: { run: publishes(/^upload/) },
  'mvn mvnw': { run: publishes(/(?:^| )(?:deploy|release:perform|deploy:deploy\S*)(?: |$)/) },
  'gradle gradlew sbt': {
    run: publishes(/(?:^| |:)(?:publish|publish(?!.*Local)\S+|uploadArchives|publishSigned)(?: |$)/),
  },
  'nuget dotnet': {
    options: { '-s --source -k --api-key -p --project -c --configuration -o --output -f --framework': 'value' },
    verbs: {
      'nuget delete': [destroy('cloud', 'nuget delete')],
      delete: [destroy('cloud', 'nuget delete')],
      'ef database drop': [destroy('database', 'dotnet ef database drop')],
    },
    run: publishes(/^(?:nuget )?push(?: |$)/),
  },
  'ansible ansible-playbook': {
    options: {
      '-i -m -a -u -e -l -t -f --inventory --module-name --args --user --extra-vars --limit --tags --forks --become-user --vault-password-file':
        'value',
    },
    run: runAnsible,
  },
  'salt salt-ssh pssh pdsh clush fab': {
    always: [{ kind: 'dynamic', cause: 'remote', detail: 'commands on other hosts' }],
  },
  'cloud-nuke aws-nuke': { always: [destroy('cloud', 'nuke')] },
};

/** ansible runs on other hosts; with `-b`, as their root. */
function runAnsible(call: Call, parsed: Parsed): undefined {
  if (hasOption(parsed, '--check', '-C', '--list-hosts', '--list-tasks', '--syntax-check')) return;
  call.dynamic('remote', `${call.program} ${words(parsed.operands)}`);
  if (hasOption(parsed, '-b', '--become', '-K', '--ask-become-pass')) call.emit(escalate('ansible --become'));
}
