import { parseDestination } from '#domain/action/destination.ts';
import type { Effect } from '#domain/action/effect.ts';
import { contact, DOWNLOADED } from '#domain/action/programs/downloads.ts';
import { detach } from '#domain/action/programs/facts.ts';
import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed, parseArguments } from '#domain/action/programs/options.ts';
import { joined } from '#domain/action/programs/wrappers.ts';
import type { Call } from '#domain/action/shell/call.ts';
import {
  type DataSource,
  type Field,
  type Flow,
  fieldFlow,
  fieldFrom,
  isKnown,
  worse,
} from '#domain/action/shell/values.ts';

/** `nc host port`; `-e` and `-c` give a shell to whoever is at the other end, `-l` waits for them. */
function runNetcat(call: Call, parsed: Parsed): Flow | undefined {
  const programs = optionValues(parsed, '-e', '-c', '--exec', '--sh-exec', '--lua-exec');
  const [host, port] = parsed.operands;
  const listens = hasOption(parsed, '-l', '--listen');
  const scan = hasOption(parsed, '-z');
  const numbered =
    port !== undefined && /^\d+$/.test(port.text) ? { scheme: 'tcp', port: Number(port.text) } : { scheme: 'tcp' };
  const name = listens || host === undefined ? '*' : (call.connect(host.text, numbered) ?? '*');
  if (name === '*' && !listens && host !== undefined) call.emit({ kind: 'connect', host: '*' });
  for (const program of programs) {
    call.dynamic('remote', `${call.program}: ${program.text} for the other end`);
    call.shell(fieldFlow(program), { scope: call.scope.copy(), input: undefined });
  }
  if (call.input !== undefined && !scan && (host !== undefined || listens)) call.send(name, call.input.source);
  return DOWNLOADED;
}

/** socat: two addresses; `EXEC:` and `SYSTEM:` run, `TCP:` connects, `OPEN:` and `GOPEN:` are files. */
function runSocat(call: Call, parsed: Parsed): Flow | undefined {
  for (const field of parsed.operands) {
    const match = /^([A-Za-z0-9-]+):(.*)$/s.exec(field.text);
    const kind = match?.[1]?.toUpperCase() ?? '';
    const rest = match?.[2] ?? '';
    if (kind === 'EXEC' || kind === 'SYSTEM' || kind === 'SHELL') {
      call.dynamic('remote', `socat: ${rest} for the other end`);
      call.shell(
        { text: rest.split(',')[0] ?? '', cause: 'generated', source: 'literal' },
        { scope: call.scope.copy(), input: undefined },
      );
    } else if (
      /^(?:TCP|UDP|SCTP|OPENSSL|SSL|PROXY|SOCKS)/.test(kind) &&
      !kind.includes('LISTEN') &&
      !/-L$/.test(kind)
    ) {
      const host = call.connect(rest.split(',')[0] ?? '', { scheme: 'tcp' });
      if (call.input !== undefined) call.send(host, call.input.source);
    } else if (/^(?:OPEN|GOPEN|FILE|CREATE)$/.test(kind)) {
      call.read(rest.split(',')[0] ?? '');
    }
  }
  return DOWNLOADED;
}

const SSH_VALUES = '-b -B -c -D -e -E -F -I -i -J -L -l -m -O -o -p -P -Q -R -S -W -w';

/** `ssh [options] host [command]`: the command is run elsewhere, where nothing is known; it is looked at as if it were here. */
function runSsh(call: Call, parsed: Parsed): Flow | undefined {
  const [host, ...behind] = parsed.operands;
  // OpenSSH goes on reading options behind the host.
  const more = parseArguments(behind, { valued: new Set(SSH_VALUES.split(' ')), stopsAtOperand: true });
  const command = more.operands;
  for (const option of [...optionValues(parsed, '-o'), ...optionValues(more, '-o')]) {
    const match = /^(?:ProxyCommand|LocalCommand|KnownHostsCommand)\s*[= ]\s*(.+)$/i.exec(option.text);
    if (match?.[1] !== undefined && match[1] !== 'none')
      call.shell(
        { text: match[1], cause: 'generated', source: 'literal' },
        { scope: call.scope.copy(), input: undefined },
      );
  }
  for (const key of optionValues(parsed, '-i')) call.read(key, { contents: false });
  if (hasOption(parsed, '-f')) call.emit(detach('ssh -f'));
  if (hasOption(parsed, '-R', '-D', '-w'))
    call.emit({ kind: 'persist', means: 'service', detail: 'ssh: a tunnel into this host' });
  if (host === undefined) return undefined;
  const name = contact(withoutUser(host), call, 'ssh') ?? host.text;
  if (command.length > 0) {
    call.dynamic('remote', joined(command).text ?? joined(command).partial ?? 'ssh');
    call.shell(joined(command), { scope: call.scope.copy() });
  } else if (call.input !== undefined) {
    call.dynamic('remote', 'ssh: commands on standard input');
    call.shell(call.input, { scope: call.scope.copy(), input: undefined });
  }
  if (call.input !== undefined) call.send(name, call.input.source);
  return { text: undefined, cause: 'download', source: 'output' };
}

function withoutUser(field: Field): Field {
  const at = field.text.lastIndexOf('@');
  return at === -1 ? field : fieldFrom(field, at + 1);
}

/** `scp`, `rsync`, `rclone copy`: an operand with a colon is elsewhere. The last operand is written. */
function runRemoteCopy(call: Call, parsed: Parsed): undefined {
  for (const shell of optionValues(parsed, '-e', '--rsh', '-S', '--rsync-path')) remoteShell(shell, call);
  for (const file of optionValues(parsed, '--files-from', '--exclude-from', '--include-from', '--password-file', '-i'))
    call.read(file, { contents: !parsed.options.some(({ name }) => name === '-i') });
  const target = parsed.operands.at(-1);
  const sources = parsed.operands.slice(0, -1);
  if (target === undefined) return;
  const recursive = call.program !== 'scp' || hasOption(parsed, '-r');
  const local = sources.filter((field) => !isRemote(field));
  for (const field of local) call.read(field, { recursive });
  for (const field of sources) if (isRemote(field)) contact(field, call, 'ssh');
  if (isRemote(target)) {
    const host = contact(target, call, 'ssh');
    const worst = local.map((field) => call.sourceOf(field)).reduce<DataSource>(worse, 'files');
    call.send(host, worst);
  } else if (parsed.operands.length > 1) call.write(target, { recursive: true, truncates: true });
  if (hasOption(parsed, '--remove-source-files')) for (const field of local) call.remove(field, { recursive: true });
  const deletes = parsed.options.some(({ name }) => /^--del(?:ete.*)?$/.test(name));
  if (deletes && !isRemote(target)) call.remove(target, { recursive: true });
}

/** The command that reaches the other side; `ssh` with options is what everybody writes. */
function remoteShell(field: Field, call: Call): void {
  if (/^(?:ssh|rsync|sudo rsync)(?:\s+-[\w.]+(?:\s*[\w./@=~-]+)?)*$/.test(field.text)) return;
  call.shell(fieldFlow(field), { scope: call.scope.copy(), input: undefined });
}

export function isRemote(field: Field): boolean {
  if (/^(?:rsync|scp|sftp|ssh):\/\//.test(field.text)) return true;
  const colon = field.text.indexOf(':');
  return colon > 0 && !field.text.slice(0, colon).includes('/');
}

function runFtp(call: Call, parsed: Parsed): undefined {
  const [host] = parsed.operands;
  const name = host === undefined ? undefined : contact(withoutUser(host), call, call.program);
  const commands = [...optionValues(parsed, '-c', '-e'), ...(call.input === undefined ? [] : [call.input])];
  for (const each of commands) {
    const text = each.text ?? '';
    for (const [, file] of text.matchAll(/(?:^|[;\n])\s*(?:m?put|mirror\s+-R|reput|send)\s+(\S+)/g)) {
      if (file === undefined) continue;
      call.read(file);
      call.send(name, 'files');
    }
    for (const [, command] of text.matchAll(/(?:^|[;\n])\s*!\s*([^\n;]+)/g))
      call.shell(
        { text: command, cause: 'generated', source: 'literal' },
        { scope: call.scope.copy(), input: undefined },
      );
  }
  if (call.input !== undefined && call.input.text === undefined) call.send(name, call.input.source);
}

/** Data in a name that is looked up leaves the host as the name. */
function runLookup(call: Call, parsed: Parsed): undefined {
  for (const field of parsed.operands) {
    const { text } = field;
    if (text.startsWith('+') || /^(?:A|AAAA|MX|TXT|NS|SOA|ANY|CNAME|PTR|SRV|IN|AXFR)$/i.test(text)) continue;
    if (text.startsWith('@')) contact(fieldFrom(field, 1), call, 'dns');
    else if (parseDestination(text) !== undefined)
      call.emit({ kind: 'connect', host: isKnown(field) ? text.toLowerCase() : '*', scheme: 'dns' });
    if (!isKnown(field) && field.knownLength < text.length && /\./.test(text))
      call.send('*', worse(field.source, 'output'));
    else if (field.source === 'files' || field.source === 'credentials') call.send('*', field.source);
  }
}

function connects(scheme: string): (call: Call, parsed: Parsed) => undefined {
  return (call, parsed) => {
    for (const field of parsed.operands.slice(0, 1)) contact(withoutUser(field), call, scheme);
  };
}

/** Sends what is piped in, or the files it is given, to people. */
function runMail(call: Call, parsed: Parsed): undefined {
  const files = optionValues(parsed, '-a', '-A', '--attach', '--attachment');
  for (const file of files) call.read(file);
  const sources = [
    ...files.map((file) => call.sourceOf(file)),
    ...(call.input === undefined ? [] : [call.input.source]),
  ];
  for (const field of parsed.operands)
    if (field.text.includes('@'))
      call.send(
        field.text.slice(field.text.indexOf('@') + 1).toLowerCase(),
        sources.reduce<DataSource>(worse, 'output'),
      );
}

/** Programs that make what is here reachable from elsewhere. */
const TUNNEL: Effect = { kind: 'persist', means: 'service', detail: 'a tunnel into this host' };

function opensTunnel(call: Call, parsed: Parsed): undefined {
  const asks = parsed.operands.some((field) =>
    /^(?:list|ls|info|status|login|version|help|delete|update|config)$/.test(field.text),
  );
  if (!asks) call.emit(TUNNEL);
}

export const NETWORK: Family = {
  'nc ncat netcat nc.openbsd nc.traditional': {
    options: {
      '-e -c -g -G -i -I -m -o -O -p -P -q -s -T -V -w -W -X -x --exec --sh-exec --lua-exec --source-port --wait --idle-timeout --proxy --output':
        'value',
    },
    run: runNetcat,
  },
  socat: { run: runSocat },
  'ssh autossh mosh slogin dbclient': { options: { [SSH_VALUES]: 'value' }, stopsAtOperand: true, run: runSsh },
  sshpass: {
    options: { '-p -f -P -d -e': 'value' },
    stopsAtOperand: true,
    run: (call, parsed) => (parsed.operands.length === 0 ? undefined : call.run(parsed.operands, { plain: true })),
  },
  scp: { options: { '-c -F -i -J -l -o -P -S -X -D': 'value' }, run: runRemoteCopy },
  rsync: {
    options: {
      '-e -f -B -T -M --rsh --rsync-path --files-from --exclude --exclude-from --include --include-from --password-file --port --bwlimit --log-file --out-format --backup-dir --suffix --chmod --chown --filter --max-size --min-size --timeout --partial-dir --temp-dir --compare-dest --copy-dest --link-dest --info --debug --sockopts --usermap --groupmap':
        'value',
    },
    flags: ['--delete', '--remove-source-files', '--archive', '--recursive', '--dry-run'],
    harmless: ['--dry-run', '-n'],
    run: runRemoteCopy,
  },
  'sftp ftp lftp tftp ncftp': { options: { '-b -c -e -i -o -P -p -u -F -J -l -S': 'value' }, run: runFtp },
  'telnet rlogin rsh rexec': {
    options: { '-l -b -e -n': 'value' },
    run: (call, parsed) => {
      connects('telnet')(call, parsed);
      if (call.input !== undefined && parsed.operands[0] !== undefined)
        call.send(parsed.operands[0].text.toLowerCase(), call.input.source);
      return DOWNLOADED;
    },
  },
  'ping ping6 traceroute tracepath mtr fping hping3 arping nmap masscan zmap whois finger showmount smbclient rpcinfo ldapsearch snmpwalk ab siege wrk hey nikto sqlmap hydra gobuster ffuf':
    {
      options: {
        '-c -i -I -m -M -p -P -q -Q -s -S -t -T -w -W -n -f -D -b -o -oN -oX -u --script --top-ports --min-rate --max-rate -U -H -x -L':
          'value',
      },
      run: connects('ip'),
    },
  'dig nslookup host drill kdig delv resolvectl': {
    options: { '-p -t -c -b -f -k -q -x -y -type -class -querytype': 'value' },
    run: runLookup,
  },
  'mail mailx mutt sendmail swaks msmtp ssmtp': {
    options: { '-s -a -A -r -c -b -f -F -S --attach --attachment --to --from --server --body': 'value' },
    run: runMail,
  },
  'ngrok cloudflared bore frpc chisel localtunnel lt inlets tailscale-funnel gost': { run: opensTunnel },
  code: {
    run: (call, parsed) => {
      if (parsed.operands[0]?.text === 'tunnel') call.emit(TUNNEL);
      return undefined;
    },
  },
  openssl: {
    singleDash: true,
    options: {
      '-in -inkey -key -CAkey -CA -cert -passin -passout -pass -k -K -iv -connect -days -subj -config -keyout -newkey -name -host -port -proxy -cipher -md -certfile -CAfile -signkey -extfile':
        'value',
      '-out -keyout': 'write',
    },
    run: runOpenssl,
  },
  'websocat wscat': { run: connects('ws') },
};

function runOpenssl(call: Call, parsed: Parsed): Flow | undefined {
  const verb = parsed.operands[0]?.text ?? '';
  for (const file of optionValues(parsed, '-in', '-inkey', '-key', '-CAkey', '-signkey')) call.read(file);
  for (const target of optionValues(parsed, '-connect')) {
    const host = contact(target, call, 'tls');
    if (call.input !== undefined && /^s_client$/.test(verb)) call.send(host, call.input.source);
  }
  const decrypts = hasOption(parsed, '-d', '-decrypt') || parsed.operands.some((field) => field.text === '-d');
  const [input] = optionValues(parsed, '-in');
  const base64 =
    /^(?:base64|enc)$/.test(verb) &&
    hasOption(parsed, '-base64', '-a') &&
    !call.arguments.some((field) => /^-(?:aes|des|bf|rc|camellia|chacha|k|pass)/.test(field.text));
  const flow = input === undefined ? call.input : call.fileFlow(input);
  if (decrypts && (base64 || verb === 'base64') && flow?.text !== undefined)
    return { text: Buffer.from(flow.text, 'base64').toString('utf8'), cause: 'decoded', source: flow.source };
  return decrypts ? { text: undefined, cause: 'decoded', source: flow?.source ?? 'files' } : undefined;
}
