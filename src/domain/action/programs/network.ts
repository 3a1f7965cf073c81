import { parseDestination } from '#domain/action/destination.ts';
import { detach } from '#domain/action/programs/facts.ts';
import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed } from '#domain/action/programs/options.ts';
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

const CURL_VALUES =
  '-A -b -c -C -D -e -E -H -K -m -P -r -t -u -U -w -x -X -y -Y -z --user-agent --cookie --cookie-jar --continue-at --dump-header --referer --cert --header --config --max-time --range --user --proxy-user --write-out --proxy --request --speed-limit --speed-time --time-cond --connect-timeout --retry --retry-delay --retry-max-time --cacert --capath --key --limit-rate --resolve --interface --max-redirs --ciphers --unix-socket --abstract-unix-socket --noproxy --socks5 --socks5-hostname --max-filesize --netrc-file --output-dir --oauth2-bearer --aws-sigv4 --cert-type --key-type --pinnedpubkey --tls-max --local-port --mail-from --mail-rcpt --connect-to --doh-url --parallel-max --stderr --trace --trace-ascii --url-query --pass --service-name --krb --quote --crlfile --dns-servers --etag-save --etag-compare --variable --create-file-mode --rate';
const CURL_DATA = '-d --data --data-ascii --data-binary --data-urlencode --json';
const CURL_FORM = '-F --form';

/** What a piece of data that is sent is made of: a literal, a file (`@file`), standard input (`@-`), or what a variable held. */
function dataSource(field: Field, call: Call): DataSource {
  const at = field.text.search(/^@|=@|=</);
  if (at === -1) return field.source;
  const file = fieldFrom(field, field.text.startsWith('@') ? 1 : at + 2);
  return file.text.split(';', 1)[0] === '-'
    ? (call.input?.source ?? 'output')
    : worse(call.sourceOf(file), field.source);
}

/** What a download prints: nothing that can be known. */
const DOWNLOADED: Flow = { text: undefined, cause: 'download', source: 'output' };

function runCurl(call: Call, parsed: Parsed): Flow | undefined {
  const urls = [...parsed.operands, ...optionValues(parsed, '--url')];
  const data = [...optionValues(parsed, ...CURL_DATA.split(' ')), ...optionValues(parsed, ...CURL_FORM.split(' '))];
  const uploads = optionValues(parsed, '-T', '--upload-file');
  for (const file of optionValues(parsed, '-K', '--config', '--netrc-file', '-E', '--cert', '--key')) call.read(file);
  const gets = hasOption(parsed, '-G', '--get');
  const sources = [
    ...data.map((field) => dataSource(field, call)),
    ...uploads.map((field) => (field.text === '-' ? (call.input?.source ?? 'output') : call.sourceOf(field))),
  ];
  const hosts = urls.map((url) => contact(url, call));
  for (const [index, url] of urls.entries()) {
    // Data in the address itself is sent just as well.
    const inUrl = url.source === 'literal' ? [] : [url.source];
    const worst = [...sources, ...inUrl].reduce<DataSource | undefined>(
      (left, right) => (left === undefined ? right : worse(left, right)),
      undefined,
    );
    if (
      worst !== undefined &&
      !(gets && worst === 'literal') &&
      (sources.length > 0 || worst === 'credentials' || worst === 'files')
    )
      call.send(hosts[index], worst);
  }
  for (const proxy of optionValues(parsed, '-x', '--proxy', '--socks5', '--socks5-hostname', '--doh-url'))
    contact(proxy, call);
  const [output] = optionValues(parsed, '-o', '--output');
  if (output !== undefined) {
    if (output.text !== '-') call.write(output, { flow: DOWNLOADED });
    return output.text === '-' ? DOWNLOADED : undefined;
  }
  if (hasOption(parsed, '-O', '--remote-name', '--remote-name-all', '-J')) {
    for (const url of urls) saveByName(url, optionValues(parsed, '--output-dir')[0], call);
    return undefined;
  }
  return DOWNLOADED;
}

function saveByName(url: Field, directory: Field | undefined, call: Call): void {
  const name = url.text.replace(/[?#].*$/, '').replace(/\/+$/, '');
  const base = name.slice(name.lastIndexOf('/') + 1) || 'index.html';
  call.write(directory === undefined ? base : `${directory.text}/${base}`, { flow: DOWNLOADED });
}

/** Contacts what a word names; a word that is not known names some host. */
function contact(field: Field, call: Call, scheme?: string): string | undefined {
  const host = call.connect(field.text, scheme === undefined ? {} : { scheme });
  if (host !== undefined) return host;
  if (isKnown(field)) return undefined;
  call.emit({ kind: 'connect', host: '*' });
  return '*';
}

function runWget(call: Call, parsed: Parsed): Flow | undefined {
  const hosts = parsed.operands.map((url) => contact(url, call));
  const posts = [...optionValues(parsed, '--post-data', '--body-data')].map((field) => field.source);
  const files = optionValues(parsed, '--post-file', '--body-file').map((field) => call.sourceOf(field));
  const sources = [
    ...posts,
    ...files,
    ...parsed.operands.map((url) => url.source).filter((source) => source === 'credentials' || source === 'files'),
  ];
  if (sources.length > 0) for (const host of hosts) call.send(host, sources.reduce(worse));
  for (const file of optionValues(parsed, '-i', '--input-file')) {
    call.read(file);
    call.emit({ kind: 'connect', host: '*' });
  }
  if (hasOption(parsed, '-b', '--background')) call.emit(detach('wget --background'));
  for (const command of optionValues(parsed, '--use-askpass'))
    call.shell(fieldFlow(command), { scope: call.scope.copy() });
  const [output] = optionValues(parsed, '-O', '--output-document');
  if (output !== undefined && (output.text === '-' || output.text === '/dev/stdout')) return DOWNLOADED;
  if (output !== undefined) call.write(output, { flow: DOWNLOADED });
  else if (!hasOption(parsed, '--spider'))
    for (const url of parsed.operands) saveByName(url, optionValues(parsed, '-P', '--directory-prefix')[0], call);
  return undefined;
}

/** httpie, xh: `http [METHOD] URL [items]`, `field@file` and `field=@file` are files. */
function runHttpie(call: Call, parsed: Parsed): Flow | undefined {
  const [first, ...rest] = parsed.operands;
  const method = first !== undefined && /^[A-Z]+$/.test(first.text);
  const url = method ? rest[0] : first;
  const items = method ? rest.slice(1) : rest;
  if (url === undefined) return undefined;
  const host = contact(
    url.text.startsWith(':') ? { ...url, text: `localhost${url.text}`, knownLength: url.knownLength + 9 } : url,
    call,
    'http',
  );
  const body = items.filter((item) => /(?:[^:=]=|:=|@)/.test(item.text));
  for (const item of body) {
    const at = item.text.indexOf('@');
    if (at > 0 && !/[:=][^@]/.test(item.text.slice(0, at))) call.read(fieldFrom(item, at + 1));
  }
  if (body.length > 0 || call.input !== undefined) {
    const files = body.some((item) => /^[\w-]+:?=?@/.test(item.text)) ? (['files'] as const) : [];
    call.send(
      host,
      [
        ...body.map((item) => item.source),
        ...files,
        ...(call.input === undefined ? [] : [call.input.source]),
      ].reduce<DataSource>(worse, 'literal'),
    );
  }
  for (const file of optionValues(parsed, '-o', '--output')) call.write(file, { flow: DOWNLOADED });
  return DOWNLOADED;
}

/** `nc host port`; `-e` and `-c` give a shell to whoever is at the other end, `-l` waits for them. */
function runNetcat(call: Call, parsed: Parsed): Flow | undefined {
  const programs = optionValues(parsed, '-e', '-c', '--exec', '--sh-exec', '--lua-exec');
  const [host, port] = parsed.operands;
  const listens = hasOption(parsed, '-l', '--listen');
  const scan = hasOption(parsed, '-z');
  const name = !listens && host !== undefined ? (contact(host, call, 'tcp') ?? host.text) : '*';
  if (!listens && host !== undefined && port !== undefined && /^\d+$/.test(port.text))
    call.emit({ kind: 'connect', host: name, port: Number(port.text), scheme: 'tcp' });
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
  const [host, ...command] = parsed.operands;
  for (const option of optionValues(parsed, '-o')) {
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

function isRemote(field: Field): boolean {
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
const TUNNEL = { always: [{ kind: 'persist', means: 'service', detail: 'a tunnel into this host' }] } as const;

export const NETWORK: Family = {
  curl: {
    options: {
      [CURL_VALUES]: 'value',
      [CURL_DATA]: 'send-file',
      [CURL_FORM]: 'send-file',
      '-T --upload-file': 'upload',
      '-o --output --url': 'value',
    },
    flags: [
      '--silent',
      '--location',
      '--insecure',
      '--fail',
      '--get',
      '--remote-name',
      '--head',
      '--include',
      '--compressed',
      '--verbose',
    ],
    run: runCurl,
  },
  'wget wget2': {
    options: {
      '-a -A -B -D -e -I -l -o -O -P -Q -R -t -T -U -w -X -i --post-data --body-data --output-document --directory-prefix --tries --timeout --header --user --password --user-agent --method --level --reject --accept --domains --input-file --output-file --wait --limit-rate --referer --quota --use-askpass --load-cookies --save-cookies --execute --base --cut-dirs --ca-certificate':
        'value',
      '--post-file --body-file': 'upload',
    },
    run: runWget,
  },
  'http https xh httpie': {
    options: {
      '-a -A -o -p -s --auth --auth-type --output --print --style --session --verify --proxy --timeout --cert --max-redirects':
        'value',
    },
    run: runHttpie,
  },
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
  'aria2c axel': {
    options: { '-d -o -x -s -j -k --dir --out --input-file -i --max-connection-per-server --split': 'value' },
    run: (call, parsed) => {
      for (const url of parsed.operands) {
        contact(url, call);
        saveByName(optionValues(parsed, '-o', '--out')[0] ?? url, optionValues(parsed, '-d', '--dir')[0], call);
      }
      return undefined;
    },
  },
  'mail mailx mutt sendmail swaks msmtp ssmtp': {
    options: { '-s -a -A -r -c -b -f -F -S --attach --attachment --to --from --server --body': 'value' },
    run: runMail,
  },
  'ngrok cloudflared bore frpc chisel localtunnel lt inlets tailscale-funnel gost': TUNNEL,
  code: {
    run: (call, parsed) => {
      if (parsed.operands[0]?.text === 'tunnel') call.emit(TUNNEL.always[0]);
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
  'restic borg duplicity kopia': {
    run: (call, parsed) => {
      for (const field of parsed.operands) if (isRemote(field)) call.connect(field.text);
      return undefined;
    },
  },
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
