import { parseDestination } from '#domain/action/destination.ts';
import { destroy, detach } from '#domain/action/programs/facts.ts';
import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed } from '#domain/action/programs/options.ts';
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
export const DOWNLOADED: Flow = { text: undefined, cause: 'download', source: 'output' };

/** Requests of Elasticsearch and its kin that empty an index, whatever their method. */
const DELETES_BY_PATH = /\/_delete_by_query\b/;
/** Ports on which only databases answer. */
const DATABASE_PORT = /:(?:9200|9201|5984|8086|8123)(?:\/|$)/;

/** A request that takes something away. What answers on this machine is the developer's own, unless it is a database. */
function deletes(method: string | undefined, url: Field, call: Call): void {
  const host = parseDestination(url.text)?.host ?? '*';
  const isOwn = /^(?:localhost|127(?:\.\d+){3}|::1)$/.test(host) && !DATABASE_PORT.test(url.text);
  if (!isOwn && (/^delete$/i.test(method ?? '') || DELETES_BY_PATH.test(url.text)))
    call.emit(destroy('cloud', `${method ?? 'POST'} ${url.text}`));
}

function runCurl(call: Call, parsed: Parsed): Flow | undefined {
  const urls = [...parsed.operands, ...optionValues(parsed, '--url')];
  const method = optionValues(parsed, '-X', '--request').at(-1)?.text;
  for (const url of urls) deletes(method, url, call);
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
  const name = url.text
    .replace(/[?#].*$/, '')
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .replace(/\/+$/, '');
  const base = name.slice(name.lastIndexOf('/') + 1) || 'index.html';
  call.write(directory === undefined ? base : `${directory.text}/${base}`, { flow: DOWNLOADED });
}

/** Contacts what a word names; a word that is not known names some host. */
export function contact(field: Field, call: Call, scheme?: string): string | undefined {
  const host = call.connect(field.text, scheme === undefined ? {} : { scheme });
  if (host !== undefined) return host;
  if (isKnown(field)) return undefined;
  call.emit({ kind: 'connect', host: '*' });
  return '*';
}

function runWget(call: Call, parsed: Parsed): Flow | undefined {
  for (const url of parsed.operands) deletes(optionValues(parsed, '--method').at(-1)?.text, url, call);
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
  const method = first !== undefined && /^(?:[A-Z]+|delete|get|head|options|patch|post|put)$/.test(first.text);
  const url = method ? rest[0] : first;
  const items = method ? rest.slice(1) : rest;
  if (url === undefined) return undefined;
  deletes(method ? first.text : undefined, url, call);
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

export const DOWNLOADS: Family = {
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
};
