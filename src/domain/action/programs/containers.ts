import { credential, destroy, escalate, words } from '#domain/action/programs/facts.ts';
import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed, parseArguments } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, type Flow, fieldFrom } from '#domain/action/shell/values.ts';

const RUN_VALUES =
  '-a -c -e -h -l -m -p -u -v -w --add-host --annotation --attach --blkio-weight --cap-add --cap-drop --cgroup-parent --cgroupns --cidfile --cpu-shares --cpus --cpuset-cpus --device --dns --entrypoint --env --env-file --expose --gpus --group-add --hostname --ip --ipc --isolation --label --link --log-driver --log-opt --mac-address --memory --memory-swap --mount --name --net --network --network-alias --oom-score-adj --pid --pids-limit --platform --publish --pull --restart --runtime --security-opt --shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --ulimit --user --userns --uts --volume --volume-driver --volumes-from --workdir';
const EXEC_VALUES = '-e -u -w --env --env-file --user --workdir --detach-keys';
const GLOBAL_VALUES =
  '-H --host -c --context --config -l --log-level --tlscacert --tlscert --tlskey --connection --url --root --storage-driver';

/** Parts of a host that, once inside a container, are the host. */
const HOST_MOUNT =
  /^\/(?:$|etc|root|proc|sys|dev|boot|var\/run\/docker\.sock|run\/docker\.sock|var\/lib\/docker|usr|bin|sbin|lib|var$|home$)/;

/** Capabilities with which a container is no bound. */
const HOST_CAPABILITY =
  /^(?:CAP_)?(?:ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE|SYS_RAWIO|DAC_READ_SEARCH|NET_ADMIN|BPF|SYS_BOOT)$/i;

function runContainer(args: readonly Field[], call: Call): Flow | undefined {
  const parsed = parseArguments(args, {
    valued: new Set(RUN_VALUES.split(' ')),
    flags: ['--privileged', '--detach', '--rm', '--interactive', '--tty'],
    stopsAtOperand: true,
  });
  if (parsed.options.some((option) => option.name === '--privileged' && option.value?.text !== 'false'))
    call.emit(escalate('a privileged container'));
  for (const name of optionValues(parsed, '--cap-add'))
    if (HOST_CAPABILITY.test(name.text)) call.emit(escalate(`a container with ${name.text}`));
  for (const option of parsed.options) {
    if (
      /^--(?:pid|net|network|ipc|uts|userns|cgroupns)$/.test(option.name) &&
      option.value?.text === 'host' &&
      !/^--net/.test(option.name)
    )
      call.emit(escalate(`a container in the host's ${option.name.slice(2)} namespace`));
  }
  for (const option of optionValues(parsed, '--security-opt'))
    if (/unconfined|disable/.test(option.text)) call.emit(escalate(`a container with ${option.text}`));
  for (const device of optionValues(parsed, '--device'))
    if (!/^\/dev\/(?:dri|snd|video|kvm|fuse|net\/tun|nvidia)/.test(device.text))
      call.emit(escalate(`a container with ${device.text}`));
  for (const file of optionValues(parsed, '--env-file')) call.read(file);
  for (const volume of optionValues(parsed, '-v', '--volume')) mountVolume(volume, volume.text, call);
  for (const mount of optionValues(parsed, '--mount')) mountBind(mount, call);
  if (hasOption(parsed, '-d', '--detach')) call.emit({ kind: 'detach', means: `${call.program} --detach` });
  const [image, ...command] = parsed.operands;
  if (image === undefined) return undefined;
  const [entrypoint] = optionValues(parsed, '--entrypoint');
  return runInside(entrypoint === undefined ? command : [entrypoint, ...command], call);
}

/** `/host:/inside:ro`; a name without a slash is a volume, not a path. */
function mountVolume(field: Field, text: string, call: Call): void {
  const [source = '', , mode = ''] = text.split(':');
  if (!/^[./~$]/.test(source)) return;
  mountPath(source, /\bro\b/.test(mode), field, call);
}

function mountBind(field: Field, call: Call): void {
  const settings = new Map(
    field.text.split(',').map((pair) => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)]),
  );
  const source = settings.get('source') ?? settings.get('src');
  if (settings.get('type') === 'bind' && source !== undefined)
    mountPath(source, settings.has('readonly') || settings.has('ro'), field, call);
}

function mountPath(source: string, readOnly: boolean, field: Field, call: Call): void {
  const part: Field = { ...fieldFrom(field, 0), text: source, knownLength: Math.min(field.knownLength, source.length) };
  call.read(part, { recursive: true, contents: !readOnly });
  if (!readOnly) call.write(part, { recursive: true, truncates: false });
  const { path } = call.path(source);
  if (HOST_MOUNT.test(path)) call.emit(escalate(`a container with the host's ${path}`));
}

/** What runs inside is looked at as if it ran here: the container's walls are as good as its mounts. */
function runInside(command: readonly Field[], call: Call): Flow | undefined {
  if (command.length === 0) return undefined;
  const scope = call.scope.copy();
  scope.directories = ['/container'];
  return call.run(command, { scope, plain: true });
}

const DESTROYING: Readonly<Record<string, string>> = {
  'system prune': 'system prune',
  'system reset': 'system reset',
  'container prune': 'container prune',
  'image prune': 'image prune',
  'volume prune': 'volume prune',
  'network prune': 'network prune',
  'builder prune': 'builder prune',
  'volume rm': 'volume rm',
  'volume remove': 'volume rm',
  'pod rm': 'pod rm',
  'swarm leave': 'swarm leave',
  'stack rm': 'stack rm',
  'service rm': 'service rm',
  'secret rm': 'secret rm',
  'context rm': 'context rm',
  'machine rm': 'machine rm',
  'network rm': 'network rm',
  'buildx prune': 'buildx prune',
};

/** Those that are ordinary for one thing, and not with force. */
const DESTROYING_BY_FORCE = /^(?:rm|rmi|container rm|image rm|node rm|plugin rm)$/;

function runDocker(call: Call, parsed: Parsed): Flow | undefined {
  const [verb, ...args] = parsed.operands;
  if (verb === undefined) return undefined;
  const two = `${verb.text} ${args[0]?.text ?? ''}`;
  const inner = verb.text === 'container' || verb.text === 'image' ? args.slice(1) : args;
  const name = verb.text === 'container' ? (args[0]?.text ?? '') : verb.text;
  for (const socket of optionValues(parsed, '-H', '--host'))
    if (/^(?:tcp|ssh):/.test(socket.text)) call.connect(socket.text);
  if (name === 'run' || name === 'create') return runContainer(inner, call);
  if (name === 'exec') return runExec(inner, call);
  if (name === 'compose' || verb.text === 'compose') return runCompose(args, call);
  const detail = `${call.program} ${words(parsed.operands)}`;
  if (Object.hasOwn(DESTROYING, two)) call.emit(destroy('container', detail));
  const force = args.some((field) => /^-[a-z]*f|^--force$/.test(field.text));
  if (
    (DESTROYING_BY_FORCE.test(verb.text) || DESTROYING_BY_FORCE.test(two)) &&
    (force || args.some((field) => field.unknown !== undefined || /^-v$|^--volumes$|^--all$|^-a$/.test(field.text)))
  )
    call.emit(destroy('container', detail));
  if (
    /^(?:kill|stop)$/.test(name) &&
    args.some((field) => field.unknown !== undefined || field.text === '--all' || field.text === '-a')
  )
    call.emit(destroy('container', detail));
  if (name === 'cp') copyInOut(inner, call);
  if (name === 'push') call.send(imageHost(inner.at(-1)), 'files');
  if (name === 'build' || two === 'buildx build') buildImage(args, call);
  return undefined;
}

function imageHost(image: Field | undefined): string {
  const first = image?.text.split('/')[0] ?? '';
  return /[.:]/.test(first) ? (first.split(':')[0] ?? '*').toLowerCase() : 'docker.io';
}

function runExec(args: readonly Field[], call: Call): Flow | undefined {
  const parsed = parseArguments(args, {
    valued: new Set(EXEC_VALUES.split(' ')),
    flags: ['--privileged', '--interactive', '--tty'],
    stopsAtOperand: true,
  });
  if (hasOption(parsed, '--privileged')) call.emit(escalate('a privileged exec'));
  return runInside(parsed.operands.slice(1), call);
}

function copyInOut(args: readonly Field[], call: Call): void {
  const [from, to] = args.filter((field) => !field.text.startsWith('-'));
  if (from !== undefined && !from.text.includes(':')) call.read(from, { recursive: true });
  if (to !== undefined && !to.text.includes(':')) call.write(to, { recursive: true });
}

function buildImage(args: readonly Field[], call: Call): void {
  const parsed = parseArguments(args, {
    valued: new Set(
      '-t -f --tag --file --build-arg --target --platform --cache-from --cache-to --label --network --secret --ssh --output -o --progress --iidfile'.split(
        ' ',
      ),
    ),
  });
  for (const file of optionValues(parsed, '-f', '--file')) call.read(file);
  for (const secret of optionValues(parsed, '--secret')) {
    const source = /(?:src|source)=([^,]+)/.exec(secret.text)?.[1];
    if (source !== undefined) call.read(source);
  }
}

const COMPOSE_VALUES = '-f -p --file --project-name --profile --env-file --project-directory --ansi --progress --scale';

function runCompose(args: readonly Field[], call: Call): Flow | undefined {
  const parsed = parseArguments(args, { valued: new Set(COMPOSE_VALUES.split(' ')), stopsAtOperand: true });
  const [verb, ...rest] = parsed.operands;
  for (const file of optionValues(parsed, '--env-file')) call.read(file);
  if (verb === undefined) return undefined;
  const has = (pattern: RegExp): boolean => rest.some((field) => pattern.test(field.text));
  if (verb.text === 'down' && has(/^(?:-v|--volumes|--rmi.*)$/))
    call.emit(destroy('container', `compose down ${words(rest)}`));
  if (verb.text === 'rm' && has(/^-[a-z]*[fv]|^--(?:force|volumes)$/))
    call.emit(destroy('container', `compose rm ${words(rest)}`));
  if (verb.text === 'up' && has(/^(?:-d|--detach)$/)) call.emit({ kind: 'detach', means: 'compose up --detach' });
  if (verb.text === 'exec' || verb.text === 'run') {
    const inner = parseArguments(rest, {
      valued: new Set(`${EXEC_VALUES} -v --volume --entrypoint --name -p --publish --index`.split(' ')),
      stopsAtOperand: true,
    });
    return runInside(inner.operands.slice(1), call);
  }
  return undefined;
}

const KUBECTL_VALUES =
  '-n --namespace -c --container -f --filename -k --kustomize -l --selector -o --output --context --cluster --kubeconfig --user --as -s --server --token --field-selector --grace-period --timeout --cascade --image --replicas --overrides --type -p --patch --tail --since --sort-by --pod-running-timeout --for';

/** kubectl: what it takes away, what it runs, and what it puts there. */
function runKubectl(call: Call, parsed: Parsed): Flow | undefined {
  const [verb, ...rest] = parsed.operands;
  const name = verb?.text ?? '';
  const detail = `${call.program} ${words(parsed.operands)}`;
  for (const file of optionValues(parsed, '-f', '--filename', '-k', '--kustomize')) {
    if (/^https?:/.test(file.text)) call.connect(file.text);
    else call.read(file);
  }
  if (parsed.options.some((option) => option.name === '--dry-run' && option.value?.text !== 'none')) return undefined;
  const replaced = name === 'replace' && hasOption(parsed, '--force');
  const scaledDown = name === 'scale' && optionValues(parsed, '--replicas').some((field) => field.text === '0');
  const pruned = name === 'apply' && hasOption(parsed, '--prune');
  if (/^(?:delete|drain|evict|cordon|taint)$/.test(name) || replaced || scaledDown || pruned)
    call.emit(destroy('cluster', detail));
  if (name === 'rollout' && rest[0]?.text === 'undo')
    call.emit({ kind: 'deploy', environment: 'cluster', artifact: detail });
  if (/^(?:apply|create|set|patch|edit|expose|autoscale|replace|label|annotate)$/.test(name))
    call.emit({ kind: 'deploy', environment: 'cluster', artifact: detail });
  if (/^(?:get|describe)$/.test(name) && /^secrets?(?:\/|$)/.test(rest[0]?.text ?? ''))
    call.emit(credential('cli', detail));
  if (name === 'create' && rest[0]?.text === 'token') call.emit(credential('cli', detail));
  if (name === 'config' && rest[0]?.text === 'view' && call.arguments.some((field) => field.text === '--raw'))
    call.emit(credential('file', 'kubeconfig'));
  if (name === 'create' && /clusterrolebinding|rolebinding/.test(rest[0]?.text ?? '')) call.emit(escalate(detail));
  if (name === 'cp') copyInOut(rest, call);
  return runInPod(name, parsed, call);
}

/** `kubectl exec pod -- command`, `kubectl run name --image x -- command`, `kubectl debug`. */
function runInPod(name: string, parsed: Parsed, call: Call): Flow | undefined {
  if (!/^(?:exec|run|debug|attach)$/.test(name)) return undefined;
  const privileged = optionValues(parsed, '--overrides').some((field) =>
    /privileged|hostPID|hostPath|hostNetwork/.test(field.text),
  );
  if (privileged || call.arguments.some((field) => /^(?:--privileged|node\/)/.test(field.text)))
    call.emit(escalate(`${call.program} ${name}`));
  const dashes = call.arguments.findIndex((field) => field.text === '--');
  const command = dashes === -1 ? (name === 'exec' ? parsed.operands.slice(2) : []) : call.arguments.slice(dashes + 1);
  call.dynamic('remote', `${call.program} ${name}: ${words(command)}`);
  return runInside(command, call);
}

const CLUSTER = (detail: string) => [destroy('cluster', detail)];
const CONTAINER = (detail: string) => [destroy('container', detail)];

export const CONTAINERS: Family = {
  'docker podman nerdctl finch': { options: { [GLOBAL_VALUES]: 'value' }, stopsAtOperand: true, run: runDocker },
  buildah: {
    when: { '--all -a': CONTAINER('buildah: all') },
    verbs: {
      prune: CONTAINER('buildah prune'),
      push: [{ kind: 'deploy', environment: 'registry', artifact: 'buildah push' }],
    },
  },
  'docker-compose podman-compose': { stopsAtOperand: true, run: (call) => runCompose(call.arguments, call) },
  'kubectl k oc k3s microk8s minikube-kubectl': { options: { [KUBECTL_VALUES]: 'value' }, run: runKubectl },
  helm: {
    options: {
      '-n --namespace -f --values --set --version --kube-context --kubeconfig --set-string --set-file --timeout --output -o':
        'value',
    },
    harmless: ['--dry-run'],
    verbs: {
      uninstall: CLUSTER('helm uninstall'),
      delete: CLUSTER('helm delete'),
      del: CLUSTER('helm del'),
      un: CLUSTER('helm uninstall'),
      rollback: [{ kind: 'deploy', environment: 'cluster', artifact: 'helm rollback' }],
      install: [{ kind: 'deploy', environment: 'cluster', artifact: 'helm install' }],
      upgrade: [{ kind: 'deploy', environment: 'cluster', artifact: 'helm upgrade' }],
      push: [{ kind: 'deploy', environment: 'registry', artifact: 'helm push' }],
    },
  },
  helmfile: {
    verbs: {
      destroy: CLUSTER('helmfile destroy'),
      delete: CLUSTER('helmfile delete'),
      apply: [{ kind: 'deploy', environment: 'cluster', artifact: 'helmfile' }],
      sync: [{ kind: 'deploy', environment: 'cluster', artifact: 'helmfile' }],
    },
  },
  'kind minikube k3d': {
    verbs: {
      'delete cluster': CLUSTER('local cluster'),
      'delete clusters': CLUSTER('local cluster'),
      delete: CLUSTER('local cluster'),
      'cluster delete': CLUSTER('local cluster'),
    },
  },
  kubeadm: { verbs: { reset: CLUSTER('kubeadm reset') } },
  'argocd flux kustomize': {
    verbs: {
      'app delete': CLUSTER('argocd app delete'),
      'cluster rm': CLUSTER('argocd cluster rm'),
      uninstall: CLUSTER('flux uninstall'),
      'app sync': [{ kind: 'deploy', environment: 'cluster', artifact: 'argocd app sync' }],
    },
  },
  eksctl: {
    verbs: {
      'delete cluster': CLUSTER('eksctl delete cluster'),
      'delete nodegroup': CLUSTER('eksctl delete nodegroup'),
    },
  },
  nomad: {
    verbs: {
      'job stop': CLUSTER('nomad job stop'),
      stop: CLUSTER('nomad stop'),
      'system gc': CLUSTER('nomad system gc'),
      'namespace delete': CLUSTER('nomad namespace delete'),
    },
  },
  'crictl ctr': {
    verbs: {
      rm: CONTAINER('crictl rm'),
      rmp: CONTAINER('crictl rmp'),
      rmi: CONTAINER('crictl rmi'),
      'containers rm': CONTAINER('ctr containers rm'),
    },
  },
  'lxc incus': {
    verbs: {
      delete: CONTAINER('lxc delete'),
      'storage delete': CONTAINER('lxc storage delete'),
      'image delete': CONTAINER('lxc image delete'),
    },
    run: (call, parsed) => {
      if (call.arguments.some((field) => /security\.privileged=true/.test(field.text)))
        call.emit(escalate('a privileged container'));
      return parsed.operands[0]?.text === 'exec' ? runInside(afterDashes(call), call) : undefined;
    },
  },
  'vagrant multipass': {
    verbs: {
      destroy: CONTAINER('vagrant destroy'),
      delete: CONTAINER('multipass delete'),
      purge: CONTAINER('multipass purge'),
      'box remove': CONTAINER('vagrant box remove'),
    },
  },
  'virsh VBoxManage qm pct prlctl': {
    verbs: {
      destroy: CONTAINER('virsh destroy'),
      undefine: CONTAINER('virsh undefine'),
      'vol-delete': CONTAINER('virsh vol-delete'),
      'pool-delete': CONTAINER('virsh pool-delete'),
      unregistervm: CONTAINER('unregistervm'),
      delete: CONTAINER('prlctl delete'),
    },
  },
  'systemd-nspawn machinectl': { always: [escalate('a container of systemd')] },
};

function afterDashes(call: Call): readonly Field[] {
  const dashes = call.arguments.findIndex((field) => field.text === '--');
  return dashes === -1 ? [] : call.arguments.slice(dashes + 1);
}
