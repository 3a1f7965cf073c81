/** Languages whose inline code is looked at for what it evidently does. */
export const LANGUAGES = ['python', 'javascript', 'perl', 'ruby', 'php', 'lua', 'awk', 'tcl', 'applescript'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What a call of a library function does with its arguments. */
export type CallRole =
  | 'shell' // first argument is a command for a shell
  | 'process' // arguments, or a list, are a program and its arguments; one text alone is a command for a shell
  | 'read'
  | 'write'
  | 'append'
  | 'delete'
  | 'delete-tree'
  | 'move' // first is gone, second is written
  | 'copy'
  | 'open' // a path, then a mode that says what is done with it
  | 'fetch' // contacts a URL or host
  | 'post' // sends to a URL or host
  | 'code' // first argument is code of the same language
  | 'native' // calls into native code, other processes' memory and the like: never evident
  | 'kill';

export interface LanguageFacts {
  readonly lineComments: readonly string[];
  readonly blockComment: boolean;
  /** Quotes whose content is a shell command. */
  readonly backtickIsCommand: boolean;
  /** Quotes whose content may hold expressions: what is in them is then not all known. */
  readonly interpolation: Readonly<Record<string, RegExp>>;
  /** Functions may be called without parentheses: `unlink "x"`. */
  readonly bareCalls: boolean;
  readonly keywords: ReadonlySet<string>;
  /** By dotted name, or by last component where that alone is telling. */
  readonly calls: Readonly<Record<string, CallRole>>;
  /** Functions and methods that only compute or print. */
  readonly pure: ReadonlySet<string>;
}

function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''));
}

function table(roles: Partial<Record<CallRole, string>>): Readonly<Record<string, CallRole>> {
  const entries: [string, CallRole][] = [];
  for (const role of [
    'shell',
    'process',
    'read',
    'write',
    'append',
    'delete',
    'delete-tree',
    'move',
    'copy',
    'open',
    'fetch',
    'post',
    'code',
    'native',
    'kill',
  ] as const) {
    for (const name of (roles[role] ?? '').split(/\s+/)) if (name !== '') entries.push([name, role]);
  }
  return Object.fromEntries(entries);
}

/** Names that compute or print in more than one of the languages. */
const PURE =
  'load dump write writelines Path PurePath PosixPath pathlib StringIO BytesIO Decimal Fraction ArgumentParser add_argument parse_args base64_decode base64_encode hex2bin unhexlify hexlify decode64 encode64 decode_base64 encode_base64 urlsafe_b64decode urlsafe_b64encode rot13 print println printf puts p pp say echo log error warn info debug dir table len length size count range sorted sort reverse reversed join split strip trim trimStart trimEnd lstrip rstrip format replace replaceAll upper lower toUpperCase toLowerCase upcase downcase uc lc ucfirst startswith endswith startsWith endsWith includes indexOf index find match matchAll test search findall finditer sub gsub substitute group groups groupdict map filter reduce forEach each each_with_index select reject inject collect zip zip_longest enumerate sum min max abs round floor ceil pow sqrt int float str string bool list dict set tuple bytes bytearray frozenset ord chr hex oct bin repr type isinstance issubclass callable hash id iter next slice any all keys values items get setdefault update append extend insert pop push shift unshift concat flat flatMap fill at entries fromEntries assign freeze stringify parse loads dumps load_module parseInt parseFloat isNaN isInteger isArray Number String Boolean Array Object Date Map Set Promise RegExp Symbol BigInt Error now getTime toISOString toString valueOf toFixed padStart padEnd repeat substring substr charAt charCodeAt codePointAt fromCharCode localeCompare decode encode b64encode b64decode hexdigest digest md5 sha1 sha256 sha512 createHash then catch finally resolve all cwd getcwd platform release system_info node machine version version_info python_version uname getenv exit quit flush write_stdout perf_counter time monotonic strftime strptime isoformat today utcnow timedelta datetime date sleep randint random choice shuffle uuid4 uuid1 randomUUID token_hex token_urlsafe namedtuple Counter defaultdict OrderedDict deque partial lru_cache product permutations combinations chain islice groupby isdigit isalpha isalnum isspace islower isupper title capitalize casefold zfill center ljust rjust splitlines partition rpartition removeprefix removesuffix copy deepcopy pprint pformat dedent indent fill wrap exists isfile isdir is_file is_dir basename dirname abspath realpath normpath expanduser relpath splitext getsize stat resolve_path relative with_suffix with_name extname sep readline readlines readlines read input gets chomp chop chars bytes lines to_s to_i to_f to_a to_h to_sym inspect class nil defined empty is_array is_string count strlen strtoupper strtolower str_replace explode implode array_map array_filter array_keys array_values in_array var_dump print_r json_encode json_decode date phpversion phpinfo php_uname sprintf substr_count scalar ref die keys exists defined lc uc sprintf abs int push shift splice grep localtime gmtime main super __init__ require import use getsitepackages getusersitepackages gethostname find_spec get_distribution fromhex randbytes nextInt compile_re urlparse urlencode quote unquote URL URLSearchParams encodeURIComponent decodeURIComponent encodeURI decodeURI atob btoa from alloc Buffer isBuffer byteLength TextEncoder TextDecoder structuredClone setTimeout clearTimeout queueMicrotask memoryUsage hrtime uptime arch cpus totalmem freemem hostname homedir tmpdir userInfo getuid geteuid getpid getppid argv close __version__ pi floor';

const EVERY = { native: 'dlopen syscall ctypes CDLL WinDLL cdll Fiddle FFI' } as const;

const PYTHON: LanguageFacts = {
  lineComments: ['#'],
  blockComment: false,
  backtickIsCommand: false,
  interpolation: { f: /\{(?!\{)/ },
  bareCalls: false,
  keywords: wordSet(
    'import from as def class return if elif else for in while with try except finally raise lambda yield pass break continue not and or is None True False del global nonlocal assert async await print exec match case',
  ),
  calls: table({
    ...EVERY,
    shell:
      'os.system system os.popen popen subprocess.getoutput getoutput subprocess.getstatusoutput getstatusoutput commands.getoutput create_subprocess_shell',
    process:
      'subprocess.run subprocess.call subprocess.check_call check_call subprocess.check_output check_output subprocess.Popen Popen run call os.execv os.execvp os.execl os.execlp os.execve os.execvpe execv execvp execl execlp execve os.spawnl os.spawnlp os.spawnv os.spawnvp spawnv spawnl posix_spawn pty.spawn spawn create_subprocess_exec os.startfile',
    delete: 'os.remove remove os.unlink unlink os.rmdir rmdir os.removedirs removedirs send2trash',
    'delete-tree': 'shutil.rmtree rmtree remove_tree delete_tree',
    move: 'os.rename rename os.replace shutil.move move os.renames',
    copy: 'shutil.copy shutil.copy2 shutil.copyfile shutil.copytree copyfile copytree copy2 os.symlink symlink os.link symlink_to hardlink_to',
    open: 'open io.open codecs.open os.open gzip.open',
    read: 'read_text read_bytes os.listdir listdir os.scandir scandir os.walk walk glob.glob glob rglob iglob iterdir fileinput.input',
    write:
      'write_text write_bytes os.mkdir os.makedirs makedirs mkdir touch os.truncate truncate os.chmod chmod os.chown chown shutil.chown os.mkfifo',
    fetch:
      'urlopen urlretrieve requests.get requests.head requests.options requests.request httpx.get urllib.request.Request Request HTTPSConnection HTTPConnection create_connection socket.connect connect gethostbyname getaddrinfo Session ClientSession ftplib.FTP FTP',
    post: 'requests.post requests.put requests.patch requests.delete httpx.post httpx.put sendmail sendto',
    code: 'exec eval compile execfile',
    native:
      'dlopen syscall ctypes CDLL cdll __import__ import_module getattr setattr globals locals vars load_source exec_module runpy run_path run_module marshal.loads pickle.loads pickle.load unpickle',
    kill: 'os.kill os.killpg killpg kill',
  }),
  pure: wordSet(PURE),
};

const JAVASCRIPT: LanguageFacts = {
  lineComments: ['//'],
  blockComment: true,
  backtickIsCommand: false,
  interpolation: { '`': /\$\{/ },
  bareCalls: false,
  keywords: wordSet(
    'const let var function return if else for while do of in new delete typeof instanceof class extends import export from as await async yield throw try catch finally switch case default break continue void null undefined true false this super static get set',
  ),
  calls: table({
    ...EVERY,
    shell: 'execSync exec child_process.exec child_process.execSync Bun.$ $',
    process: 'spawn spawnSync execFile execFileSync fork Bun.spawn Bun.spawnSync Deno.run Deno.Command',
    delete: 'unlink unlinkSync rmdir rmdirSync Deno.remove',
    'delete-tree': 'rm rmSync removeSync rimraf rimrafSync emptyDirSync del',
    move: 'rename renameSync moveSync',
    copy: 'copyFile copyFileSync cp cpSync symlink symlinkSync link linkSync',
    read: 'readFile readFileSync createReadStream readdir readdirSync Deno.readTextFile Deno.readFile Bun.file readlinkSync lstatSync statSync existsSync accessSync',
    write:
      'writeFile writeFileSync createWriteStream truncate truncateSync mkdir mkdirSync chmod chmodSync chown chownSync Deno.writeTextFile Bun.write openSync',
    append: 'appendFile appendFileSync',
    fetch:
      'fetch http.get https.get http.request https.request axios.get got axios net.connect createConnection lookup WebSocket',
    post: 'axios.post axios.put sendBeacon',
    code: 'eval Function runInThisContext runInNewContext runInContext vm.runInThisContext',
    native: 'process.binding binding createRequire dlopen Worker',
    kill: 'process.kill kill',
  }),
  pure: wordSet(PURE),
};

const PERL: LanguageFacts = {
  lineComments: ['#'],
  blockComment: false,
  backtickIsCommand: true,
  interpolation: { '"': /[$@]\w/, '`': /[$@]\w/ },
  bareCalls: true,
  keywords: wordSet(
    'use no my our local sub return if elsif else unless for foreach while until do last next redo and or not eq ne lt gt le ge cmp x qw q qq package undef BEGIN END print say strict warnings',
  ),
  calls: table({
    shell: 'system exec qx popen readpipe',
    process: '',
    delete: 'unlink rmdir',
    'delete-tree': 'rmtree remove_tree File::Path::rmtree File::Path::remove_tree dirremove pathrmdir',
    move: 'rename move',
    copy: 'copy symlink link File::Copy::copy fcopy rcopy dircopy',
    open: 'open sysopen IO::File',
    read: 'opendir readdir glob slurp read_file',
    write: 'mkdir chmod chown truncate utime spew write_file make_path mkpath',
    fetch: 'get getstore getprint IO::Socket::INET LWP::Simple::get connect Net::FTP',
    post: '',
    code: 'eval',
    native: 'syscall do',
    kill: 'kill',
  }),
  pure: wordSet(PURE),
};

const RUBY: LanguageFacts = {
  lineComments: ['#'],
  blockComment: false,
  backtickIsCommand: true,
  interpolation: { '"': /#\{/, '`': /#\{/ },
  bareCalls: true,
  keywords: wordSet(
    'require require_relative def end class module return if elsif else unless for in while until do begin rescue ensure raise yield self nil true false and or not then case when next break redo puts print p pp lambda proc include extend attr_accessor',
  ),
  calls: table({
    shell:
      'system exec spawn IO.popen popen Open3.capture2 Open3.capture3 capture2 capture3 capture2e popen3 Kernel.system Kernel.exec',
    process: 'Process.spawn PTY.spawn',
    delete:
      'File.delete File.unlink unlink Dir.rmdir Dir.delete Dir.unlink rmdir FileUtils.rm FileUtils.rm_f rm_f FileUtils.safe_unlink delete',
    'delete-tree':
      'FileUtils.rm_rf FileUtils.rm_r FileUtils.rmtree FileUtils.remove_dir FileUtils.remove_entry FileUtils.remove_entry_secure rm_rf rm_r rmtree remove_dir remove_entry remove_entry_secure',
    move: 'File.rename FileUtils.mv FileUtils.move rename mv',
    copy: 'FileUtils.cp FileUtils.cp_r FileUtils.copy File.symlink FileUtils.ln_s cp_r ln_s ln_sf symlink',
    open: 'File.open open File.new',
    read: 'File.read IO.read File.readlines IO.readlines Dir.glob Dir.entries Dir.children File.foreach binread',
    write:
      'File.write IO.write binwrite FileUtils.mkdir FileUtils.mkdir_p mkdir_p Dir.mkdir FileUtils.touch File.chmod FileUtils.chmod FileUtils.chmod_R File.truncate',
    fetch:
      'Net::HTTP.get Net::HTTP.get_response Net::HTTP.start URI.open TCPSocket.new TCPSocket.open TCPSocket HTTParty.get Faraday.get',
    post: 'Net::HTTP.post Net::HTTP.post_form HTTParty.post Faraday.post',
    code: 'eval instance_eval class_eval module_eval',
    native: 'send public_send __send__ method instance_method const_get load Marshal.load fork syscall',
    kill: 'Process.kill',
  }),
  pure: wordSet(PURE),
};

const PHP: LanguageFacts = {
  lineComments: ['#', '//'],
  blockComment: true,
  backtickIsCommand: true,
  interpolation: { '"': /\$\w|\{\$/, '`': /\$\w/ },
  bareCalls: false,
  keywords: wordSet(
    'echo print return if else elseif for foreach as while do function fn class new use namespace true false null and or xor try catch finally throw static public private protected const global unset isset empty die exit list array match',
  ),
  calls: table({
    shell: 'system exec shell_exec passthru popen proc_open pcntl_exec expect_popen',
    delete: 'unlink rmdir',
    move: 'rename move_uploaded_file',
    copy: 'copy symlink link',
    open: 'fopen',
    read: 'file_get_contents file readfile scandir opendir glob parse_ini_file show_source highlight_file',
    write: 'file_put_contents mkdir touch chmod chown ftruncate tempnam',
    fetch: 'curl_init fsockopen stream_socket_client get_headers gethostbyname',
    post: 'mail curl_setopt',
    code: 'eval assert create_function',
    native:
      'include include_once require_once call_user_func call_user_func_array dl ffi unserialize preg_replace_callback',
    kill: 'posix_kill',
  }),
  pure: wordSet(PURE),
};

const LUA: LanguageFacts = {
  lineComments: ['--'],
  blockComment: false,
  backtickIsCommand: false,
  interpolation: {},
  bareCalls: false,
  keywords: wordSet(
    'local function end return if then elseif else for in do while repeat until break and or not nil true false goto',
  ),
  calls: table({
    shell: 'os.execute io.popen',
    delete: 'os.remove',
    move: 'os.rename',
    open: 'io.open io.lines',
    code: 'load loadstring dostring',
    native: 'dofile loadfile require package.loadlib debug.setlocal',
    fetch: 'socket.connect http.request',
  }),
  pure: wordSet(`${PURE} pairs ipairs tostring tonumber unpack clock getn rep byte char insert remove concat`),
};

const TCL: LanguageFacts = {
  ...LUA,
  lineComments: ['#'],
  bareCalls: true,
  keywords: wordSet('set proc if else elseif for foreach while return puts expr send expect spawn interact'),
  calls: table({ shell: 'exec spawn', native: 'source eval load open socket' }),
};

const APPLESCRIPT: LanguageFacts = {
  ...LUA,
  keywords: wordSet('tell end to set of the application display dialog notification with title activate return'),
  calls: {},
};

export const LANGUAGE_FACTS: Readonly<Record<Language, LanguageFacts>> = {
  python: PYTHON,
  javascript: JAVASCRIPT,
  perl: PERL,
  ruby: RUBY,
  php: PHP,
  lua: LUA,
  awk: LUA,
  tcl: TCL,
  applescript: APPLESCRIPT,
};
