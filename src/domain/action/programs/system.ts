import { credential, destroy, detach, escalate, persist, words } from '#domain/action/programs/facts.ts';
import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { fieldFlow, isKnown } from '#domain/action/shell/values.ts';

/** Services without which nobody sees what happens, or that keep others out: by their unit or daemon name. */
const SECURITY_SERVICE =
  /^(?:syslog|rsyslog|syslogd|systemd-journald|journald|auditd|apparmor|selinux|firewalld|ufw|iptables|ip6tables|nftables|pf|ipfw|fail2ban|crowdsec|clamav|clamd|falcon|falcond|crowdstrike|cbdaemon|cbagentd|carbonblack|osquery|osqueryd|wazuh|ossec|sentinel|mdatp|xagt|esets|sophos|mcafee|nessus|tripwire|aide|snort|suricata|falco|sysmon|auditbeat|filebeat|packetbeat)/;

function isSecurityService(name: string): boolean {
  return SECURITY_SERVICE.test(name.toLowerCase().replace(/^\^/, ''));
}

function runSystemctl(call: Call, parsed: Parsed): undefined {
  const [verb, ...units] = parsed.operands;
  const name = verb?.text ?? '';
  const detail = `${call.program} ${words(parsed.operands)}`;
  if (
    /^(?:enable|reenable|preset|link|edit|set-default|add-wants|add-requires|set-property|import-environment|daemon-reexec)$/.test(
      name,
    )
  )
    call.emit(persist('service', detail));
  if (/^(?:reboot|poweroff|halt|kexec|suspend|hibernate|rescue|emergency|isolate|soft-reboot|exit)$/.test(name))
    call.emit(destroy('process', detail));
  if (/^(?:stop|disable|mask|kill)$/.test(name)) {
    if (units.some((unit) => isSecurityService(unit.text))) call.emit(destroy('security', detail));
    else if (name !== 'disable') call.emit(destroy('process', detail));
  }
  if (
    /^(?:start|restart|enable|reload|try-restart|mask|disable|stop|daemon-reload)$/.test(name) &&
    !hasOption(parsed, '--user')
  )
    call.emit(escalate(detail));
}

/** `service name verb`, `rc-service name verb`. */
function runService(call: Call, parsed: Parsed): undefined {
  const [unit, verb] = parsed.operands;
  if (unit === undefined || verb === undefined || verb.text === 'status') return;
  const detail = `${call.program} ${words(parsed.operands)}`;
  call.emit(escalate(detail));
  if (/^(?:enable|onestart)$/.test(verb.text)) call.emit(persist('service', detail));
  if (/^(?:stop|disable|onestop)$/.test(verb.text))
    call.emit(isSecurityService(unit.text) ? destroy('security', detail) : destroy('process', detail));
}

function runCrontab(call: Call, parsed: Parsed): undefined {
  if (hasOption(parsed, '-l')) return;
  if (hasOption(parsed, '-r')) {
    call.emit(destroy('files', 'crontab -r'));
    return;
  }
  if (parsed.operands.length > 0 || call.input !== undefined || hasOption(parsed, '-e'))
    call.emit(persist('scheduler', 'crontab'));
  for (const file of parsed.operands) call.read(file);
}

function runAt(call: Call, parsed: Parsed): undefined {
  if (hasOption(parsed, '-l', '-r', '-d', '-c') || call.program === 'atq' || call.program === 'atrm') return;
  call.emit(persist('scheduler', call.program));
  for (const file of optionValues(parsed, '-f')) call.read(file);
  if (call.input !== undefined) call.shell(call.input, { scope: call.scope.copy(), input: undefined });
}

/** `kill -9 -1` and the like reach everything that the user runs; a pid of one's own is ordinary. */
function runKill(call: Call): undefined {
  const targets = call.arguments.filter(
    (field, index) => !(index === 0 && /^-[A-Za-z0-9]+$/.test(field.text)) && !/^-(?:s|n|-signal)$/.test(field.text),
  );
  if (call.arguments[0]?.text === '-l') return;
  if (targets.some((field) => /^(?:-1|1|0)$/.test(field.text)))
    call.emit(destroy('process', `kill ${words(call.arguments)}`));
}

/** Many at once, by name. What is named matters: a test server, or what watches the machine. */
function runKillByName(call: Call, parsed: Parsed): undefined {
  if (call.arguments.some((field) => /^-(?:l|0|-list)$/.test(field.text))) return;
  const detail = `${call.program} ${words(call.arguments)}`;
  const names = parsed.operands.map((field) => field.text);
  const everything =
    hasOption(parsed, '-u', '-U', '--user', '--euid') ||
    names.some((name) => name === '' || /^[.^*$]+$/.test(name)) ||
    parsed.operands.some((field) => !isKnown(field));
  if (names.some(isSecurityService)) call.emit(destroy('security', detail));
  if (
    everything ||
    names.some((name) =>
      /^\^?(?:init|systemd|sshd|cron|crond|dockerd|containerd|Xorg|gnome-session|launchd|dbus)/.test(name),
    ) ||
    call.program !== 'pkill'
  )
    call.emit(destroy('process', detail));
}

function runIptables(call: Call): undefined {
  const detail = `${call.program} ${words(call.arguments)}`;
  const has = (pattern: RegExp): boolean => call.arguments.some((field) => pattern.test(field.text));
  if (has(/^-[LS]|^--list/) && !has(/^-[FXDPAI]$/)) return;
  if (has(/^(?:-[FXD]|--flush|--delete(?:-chain)?)$/) || (has(/^(?:-P|--policy)$/) && has(/^ACCEPT$/i)))
    call.emit(destroy('security', detail));
  call.emit(escalate(call.program));
}

function runSysctl(call: Call, parsed: Parsed): undefined {
  const sets =
    hasOption(parsed, '-w', '--write', '-p', '--load', '--system') ||
    parsed.operands.some((field) => /^[\w.]+=/.test(field.text));
  if (!sets) return;
  call.emit(escalate(`sysctl ${words(parsed.operands)}`));
  if (
    parsed.operands.some((field) =>
      /randomize_va_space=0|kptr_restrict=0|ptrace_scope=0|rp_filter=0|tcp_syncookies=0|sysrq|modules_disabled/.test(
        field.text,
      ),
    )
  )
    call.emit(destroy('security', `sysctl ${words(parsed.operands)}`));
}

function runSetenforce(call: Call, parsed: Parsed): undefined {
  const [mode] = parsed.operands;
  if (mode !== undefined && /^(?:0|permissive)$/i.test(mode.text)) call.emit(destroy('security', 'setenforce 0'));
  call.emit(escalate('setenforce'));
}

function runAuditctl(call: Call): undefined {
  if (
    call.arguments.some((field) => /^-(?:D|d|W)$/.test(field.text)) ||
    (call.arguments[0]?.text === '-e' && call.arguments[1]?.text === '0')
  )
    call.emit(destroy('security', `auditctl ${words(call.arguments)}`));
  if (!call.arguments.some((field) => /^-[sl]$/.test(field.text))) call.emit(escalate('auditctl'));
}

function runJournalctl(call: Call, parsed: Parsed): undefined {
  if (parsed.options.some((option) => /^--(?:vacuum|rotate|flush)/.test(option.name)))
    call.emit(destroy('logs', `journalctl ${words(call.arguments)}`));
}

function runPasswd(call: Call, parsed: Parsed): undefined {
  if (hasOption(parsed, '-S', '--status')) return;
  const detail = `${call.program} ${words(call.arguments)}`;
  call.emit(
    hasOption(parsed, '-d', '--delete', '-l', '--lock', '-e', '--expire')
      ? destroy('account', detail)
      : persist('account', detail),
  );
}

function runUsermod(call: Call, parsed: Parsed): undefined {
  if (call.program === 'chsh' && hasOption(parsed, '-l', '--list-shells')) return;
  if (call.program === 'chage' && hasOption(parsed, '-l', '--list')) return;
  if (call.program === 'dscl' && !/-(?:create|append|passwd|change|merge|delete)/.test(words(call.arguments))) return;
  const detail = `${call.program} ${words(call.arguments)}`;
  call.emit(persist('account', detail));
  const groups = optionValues(parsed, '-G', '--groups', '-g', '--gid', '-a', '--add');
  if (
    groups.some((field) => /\b(?:sudo|wheel|admin|root|docker|lxd|disk|shadow|adm)\b/.test(field.text)) ||
    (call.program !== 'usermod' && parsed.operands.some((field) => /^(?:sudo|wheel|root|docker|lxd)$/.test(field.text)))
  )
    call.emit(escalate(detail));
}

/** FreeBSD's `pw user add …`. */
function runPw(call: Call, parsed: Parsed): undefined {
  const verb = parsed.operands
    .slice(0, 2)
    .map((field) => field.text)
    .join('');
  const detail = `pw ${words(parsed.operands)}`;
  if (/del|remove|lock$/.test(verb) && !verb.includes('unlock')) call.emit(destroy('account', detail));
  else if (!/show|next/.test(verb)) call.emit(persist('account', detail));
}

function runMount(call: Call, parsed: Parsed): undefined {
  if (parsed.operands.length === 0 && !hasOption(parsed, '-a', '--all')) return;
  call.emit(escalate(`${call.program} ${words(parsed.operands)}`));
}

function runSetcap(call: Call): undefined {
  call.emit(escalate(`setcap ${words(call.arguments)}`));
}

function runLaunchctl(call: Call, parsed: Parsed): undefined {
  const verb = parsed.operands[0]?.text ?? '';
  const detail = `launchctl ${words(parsed.operands)}`;
  if (/^(?:load|bootstrap|enable|submit|kickstart|setenv)$/.test(verb)) call.emit(persist('service', detail));
  if (/^(?:unload|bootout|disable|remove|kill|reboot)$/.test(verb)) call.emit(destroy('process', detail));
}

const FIREWALL_OFF = [destroy('security', 'firewall switched off')];
const SHUTDOWN = [destroy('process', 'the machine')];
const KERNEL = [persist('kernel', 'a kernel module'), escalate('kernel module')];
const TRUST = [escalate('trusted certificates')];

export const SYSTEM: Family = {
  systemctl: {
    options: {
      '-t -p -H -M -n -o -s --type --state --property --host --machine --lines --output --signal --what': 'value',
    },
    flags: ['--user', '--now', '--force'],
    run: runSystemctl,
  },
  'service rc-service invoke-rc.d initctl': { run: runService },
  'chkconfig update-rc.d rc-update sysrc insserv': {
    run: (call, parsed) => {
      if (parsed.operands.length > 1 || /=/.test(parsed.operands[0]?.text ?? ''))
        call.emit(persist('service', `${call.program} ${words(parsed.operands)}`));
      return undefined;
    },
  },
  launchctl: { run: runLaunchctl },
  loginctl: {
    verbs: {
      'enable-linger': [persist('service', 'loginctl enable-linger')],
      'terminate-user': SHUTDOWN,
      'kill-user': SHUTDOWN,
      reboot: SHUTDOWN,
      poweroff: SHUTDOWN,
    },
  },
  crontab: { options: { '-u -i': 'value' }, run: runCrontab },
  'at batch atq atrm': { options: { '-f -q -t -m': 'value' }, run: runAt },
  kill: { stopsAtOperand: true, run: runKill },
  'killall killall5 skill slay': { options: { '-s -u -g -n -o -y -t --signal --user': 'value' }, run: runKillByName },
  pkill: {
    options: { '-s -u -g -G -P -t -U -F --signal --euid --group --parent --uid --pidfile': 'value' },
    run: runKillByName,
  },
  'shutdown reboot halt poweroff telinit init sys-unconfig': {
    run: (call, parsed) => {
      if (!hasOption(parsed, '-c', '-k', '-w') && !(call.program === 'init' && parsed.operands.length === 0))
        call.emit(SHUTDOWN[0] ?? destroy('process', 'the machine'));
      return undefined;
    },
  },
  swapoff: { always: [escalate('swapoff')], when: { '-a --all': [destroy('process', 'swap')] } },
  'iptables ip6tables iptables-legacy ebtables arptables': { run: runIptables },
  'iptables-restore ip6tables-restore': { always: FIREWALL_OFF },
  nft: {
    verbs: {
      'flush ruleset': FIREWALL_OFF,
      'flush table': FIREWALL_OFF,
      'flush chain': FIREWALL_OFF,
      'delete table': FIREWALL_OFF,
      'delete rule': FIREWALL_OFF,
      'delete chain': FIREWALL_OFF,
    },
  },
  ufw: {
    verbs: {
      disable: FIREWALL_OFF,
      reset: FIREWALL_OFF,
      'logging off': FIREWALL_OFF,
      'default allow': FIREWALL_OFF,
      delete: FIREWALL_OFF,
    },
  },
  'firewall-cmd': { when: { '--panic-off --remove-service --remove-rich-rule --complete-reload': FIREWALL_OFF } },
  bootctl: {
    verbs: {
      install: [persist('kernel', 'the boot loader')],
      'set-default': [persist('kernel', 'the boot loader')],
      remove: [destroy('disk', 'the boot loader')],
    },
  },
  efibootmgr: {
    options: { '-b -o -L -l -d -p -n': 'value' },
    when: { '-b -o -B -c -n -N -O': [persist('kernel', 'the boot loader')] },
  },
  'pfctl ipfw': {
    when: { '-d -F': FIREWALL_OFF, '-f -e': [escalate('firewall rules')] },
    verbs: { flush: FIREWALL_OFF, 'disable firewall': FIREWALL_OFF },
  },
  setenforce: { run: runSetenforce },
  'aa-disable aa-teardown aa-complain apparmor_parser-remove': {
    always: [destroy('security', 'AppArmor'), escalate('AppArmor')],
  },
  auditctl: { stopsAtOperand: true, run: runAuditctl },
  journalctl: {
    options: { '-u -n -o -p -S -U -b -t --unit --lines --output --since --until': 'value' },
    run: runJournalctl,
  },
  logrotate: { when: { '-f --force': [destroy('logs', 'logrotate')] } },
  wevtutil: { verbs: { cl: [destroy('logs', 'wevtutil')], 'clear-log': [destroy('logs', 'wevtutil')] } },
  spctl: { when: { '--master-disable --global-disable --disable': FIREWALL_OFF } },
  csrutil: { verbs: { disable: FIREWALL_OFF } },
  mdatp: {
    verbs: {
      'config real-time-protection': FIREWALL_OFF,
      'threat allowed': FIREWALL_OFF,
      'exclusion folder': FIREWALL_OFF,
    },
  },
  dmesg: { when: { '-C --clear -c --read-clear': [destroy('logs', 'dmesg --clear')] } },
  sysctl: { options: { '-r --pattern': 'value' }, run: runSysctl },
  'insmod modprobe rmmod kmod kldload kldunload dkms': {
    run: (call, parsed) => {
      if (
        !hasOption(parsed, '-n', '--dry-run', '-c', '--showconfig', '--show-depends', '-l') &&
        parsed.operands.length > 0 &&
        !/^(?:list|status)$/.test(parsed.operands[0]?.text ?? '')
      )
        for (const effect of KERNEL) call.emit(effect);
      return undefined;
    },
  },
  bpftrace: { options: { '-e -l -c -p': 'value' }, always: [escalate('bpf')] },
  'mount umount losetup mount.nfs sshfs': { options: { '-t -o -L -U --types --options': 'value' }, run: runMount },
  setcap: { run: runSetcap },
  'passwd chpasswd': { options: { '-x -n -w -i --maxdays --mindays': 'value' }, run: runPasswd },
  'useradd adduser groupadd addgroup newusers vipw vigr gpasswd chsh chfn dscl sysadminctl chage': {
    options: {
      '-a -A -c -d -e -f -g -G -k -K -m -M -p -s -u -d --comment --home --expiredate --inactive --gid --groups --skel --password --shell --uid --add --base-dir --ingroup --gecos':
        'value',
    },
    run: runUsermod,
  },
  usermod: {
    options: {
      '-c -d -e -f -g -G -l -p -s -u -R -P --comment --home --expiredate --inactive --gid --groups --login --password --shell --uid':
        'value',
    },
    run: runUsermod,
  },
  'userdel deluser groupdel delgroup': { always: [destroy('account', 'an account')] },
  pw: { run: runPw },
  visudo: {
    options: { '-f': 'value' },
    run: (call, parsed) => {
      if (!hasOption(parsed, '-c', '--check')) call.emit(escalate('visudo'));
      return undefined;
    },
  },
  'update-ca-certificates update-ca-trust certctl trust': {
    run: (call, parsed) => {
      if (parsed.operands[0]?.text !== 'list') for (const effect of TRUST) call.emit(effect);
      return undefined;
    },
  },
  'ssh-copy-id': {
    options: { '-i -p -o': 'value' },
    always: [persist('authorized-keys', 'ssh-copy-id')],
    run: (call, parsed) => {
      for (const host of parsed.operands) call.connect(host.text, { scheme: 'ssh' });
      return undefined;
    },
  },
  'daemon daemonize pm2 forever supervisord supervisorctl': {
    run: (call, parsed) => {
      if (
        /^(?:start|reload|restart|daemon|startup|save)?$/.test(parsed.operands[0]?.text ?? '') ||
        call.program.startsWith('daemon')
      )
        call.emit(detach(call.program));
      if (parsed.operands[0]?.text === 'startup') call.emit(persist('service', call.program));
      return undefined;
    },
  },
  'update-alternatives alternatives': { when: { '--install --set': [escalate('update-alternatives')] } },
  'timedatectl hwclock ntpdate': { verbs: { 'set-time': [escalate('the clock')], 'set-ntp': [escalate('the clock')] } },
  date: {
    options: { '-d -f -r -s --date --file --reference --set': 'value' },
    run: (call, parsed) => {
      if (hasOption(parsed, '-s', '--set') || parsed.operands.some((field) => /^\d{8,}/.test(field.text)))
        call.emit(escalate('the clock'));
      return undefined;
    },
  },
  'hostnamectl localectl': {
    verbs: { 'set-hostname': [escalate('the host name')], 'set-locale': [escalate('the locale')] },
  },
  'grub-install grub-mkconfig update-grub update-initramfs mkinitcpio dracut': {
    always: [persist('kernel', 'the boot loader'), escalate('the boot loader')],
  },
  gcore: { always: [credential('environment', "a process's memory")] },
  'tcpdump tshark dumpcap ettercap bettercap wireshark': {
    options: { '-i -c -w -r -s -G -W -C -Y -f': 'value' },
    always: [escalate('packet capture')],
    run: (call, parsed) => {
      for (const file of optionValues(parsed, '-w')) call.write(file);
      for (const file of optionValues(parsed, '-z')) call.shell(fieldFlow(file));
      return undefined;
    },
  },
};
