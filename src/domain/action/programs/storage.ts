import { scanSql } from '#domain/action/code/sql.ts';
import { destroy, escalate, words } from '#domain/action/programs/facts.ts';
import type { Family, ProgramModel } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, type Flow, fieldFlow, isKnown } from '#domain/action/shell/values.ts';

/** A disk program that changes what it is pointed at, unless one of these flags says that it only looks. */
function changesDisk(looks: readonly string[] = []): ProgramModel {
  return {
    run(call, parsed) {
      if (parsed.options.some((option) => looks.includes(option.name)) || parsed.operands.length === 0)
        return undefined;
      call.emit(destroy('disk', `${call.program} ${words(parsed.operands)}`));
      return undefined;
    },
  };
}

/** Programs with verbs: those of a volume manager or an archive that take something away for good. */
function verbs(...removing: readonly string[]): ProgramModel {
  return { verbs: Object.fromEntries(removing.map((verb) => [verb, [destroy('disk', verb)]])) };
}

/** A client of a database: statements on the command line, in files, or on standard input. */
function sqlClient(statements: string, files: string, valued: string, hosts = ''): ProgramModel {
  return {
    options: {
      [`${statements} ${valued}`.trim()]: 'value',
      ...(files === '' ? {} : { [files]: 'read' }),
      ...(hosts === '' ? {} : { [hosts]: 'connect' }),
    },
    run(call, parsed) {
      for (const each of optionValues(parsed, ...statements.split(' '))) scanSql(fieldFlow(each), call);
      for (const file of optionValues(parsed, ...files.split(' '))) scanFile(file, call);
      // sqlite3 and duckdb take the statement behind the file.
      for (const field of parsed.operands) {
        if (/[\s;]/.test(field.text.trim()) || field.text.startsWith('.')) scanSql(fieldFlow(field), call);
        else if (field.text.includes('://')) call.connect(field.text);
      }
      scanInput(call.input, call);
      return undefined;
    },
  };
}

function scanFile(file: Field, call: Call): void {
  const flow = call.fileFlow(file);
  if (flow !== undefined) scanSql(flow, call);
}

/** A file of statements is data like any other file; what another program makes cannot be known. */
function scanInput(input: Flow | undefined, call: Call): void {
  if (input === undefined || (input.text === undefined && input.file !== undefined)) return;
  if (input.text === undefined && input.partial === undefined && input.cause === 'stdin') return;
  scanSql(input, call);
}

const REDIS_DESTROYS =
  /\b(?:FLUSHALL|FLUSHDB|SHUTDOWN|DEBUG\s+(?:SEGFAULT|RELOAD)|SCRIPT\s+FLUSH|CONFIG\s+SET\s+(?:dir|dbfilename)|REPLICAOF|SLAVEOF|MODULE\s+LOAD)\b/i;

function runRedis(call: Call, parsed: Parsed): undefined {
  const text = [words(parsed.operands), call.input?.text ?? ''].join('\n');
  const [command, ...keys] = parsed.operands;
  // Keys that come from somewhere else, as from a pattern behind `xargs`.
  const deletesAny = /^(?:del|unlink)$/i.test(command?.text ?? '') && !keys.every(isKnown);
  if (REDIS_DESTROYS.test(text) || deletesAny)
    call.emit(destroy('database', `${call.program} ${words(parsed.operands)}`));
}

const MONGO_DESTROYS =
  /\.(?:drop|dropDatabase|dropIndexes?|dropAllUsers|dropUser|remove|deleteMany|shutdownServer)\s*\(|db\.runCommand\(\s*\{\s*(?:drop|shutdown)/;

function runMongo(call: Call, parsed: Parsed): undefined {
  const text = [...optionValues(parsed, '--eval').map((field) => field.text), call.input?.text ?? ''].join('\n');
  if (MONGO_DESTROYS.test(text)) call.emit(destroy('database', text.slice(0, 120)));
  for (const field of parsed.operands) if (field.text.includes('://')) call.connect(field.text);
}

function runDiskutil(call: Call, parsed: Parsed): undefined {
  const verb = parsed.operands[0]?.text.toLowerCase() ?? '';
  if (/^(?:erase|partition|delete|zero|secureerase|randomdisk|reformat|apfs|unmountdisk)/.test(verb))
    call.emit(destroy('disk', `diskutil ${words(parsed.operands)}`));
}

function runHdparm(call: Call, parsed: Parsed): undefined {
  if (parsed.options.some((option) => /security-erase|trim-sector|write-sector|yes-i-know/.test(option.name)))
    call.emit(destroy('disk', 'hdparm'));
}

function runParted(call: Call, parsed: Parsed): undefined {
  const changes = /\b(?:mklabel|mktable|mkpart|rm|resizepart|mkfs|rescue|set|toggle)\b/;
  if (changes.test(words(parsed.operands)) || changes.test(call.input?.text ?? ''))
    call.emit(destroy('disk', `parted ${words(parsed.operands)}`));
}

/** fdisk's commands come on standard input; `-l` only lists. */
function runFdisk(call: Call, parsed: Parsed): undefined {
  if (hasOption(parsed, '-l', '--list', '-s', '--getsz', '-x', '-d', '--dump') || parsed.operands.length === 0) return;
  call.emit(destroy('disk', `${call.program} ${words(parsed.operands)}`));
}

const DROP = (detail: string) => [destroy('database', detail)];

export const STORAGE: Family = {
  'mkfs mke2fs mkswap mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.exfat mkfs.ntfs mkfs.f2fs mkfs.minix mkfs.cramfs mkdosfs mkntfs newfs newfs_hfs mkexfatfs':
    changesDisk(['-n', '-N', '-V']),
  'wipefs blkdiscard sgdisk gdisk cgdisk cfdisk sfdisk dmsetup sg_format': changesDisk([
    '-l',
    '-p',
    '-i',
    '-n',
    '--list',
    '--print',
    '--no-act',
    '-d',
    '--dump',
    '-s',
    '-V',
    '--verify',
    '-b',
    '--backup',
  ]),
  fdisk: { run: runFdisk },
  badblocks: { options: { '-b -c -d -e -i -o -p -t': 'value' }, when: { '-w -n': [destroy('disk', 'badblocks')] } },
  nvme: {
    verbs: {
      format: [destroy('disk', 'nvme format')],
      sanitize: [destroy('disk', 'nvme sanitize')],
      'delete-ns': [destroy('disk', 'nvme delete-ns')],
      'write-zeroes': [destroy('disk', 'nvme')],
    },
  },
  'parted partx': { run: runParted },
  diskutil: { run: runDiskutil },
  hdparm: { run: runHdparm },
  'pvremove vgremove lvremove lvreduce vgreduce pvmove lvconvert': changesDisk(['--test', '-t']),
  mdadm: { when: { '--zero-superblock --stop -S --fail -f --remove -r --create -C': [destroy('disk', 'mdadm')] } },
  cryptsetup: {
    verbs: {
      luksFormat: [destroy('disk', 'cryptsetup luksFormat')],
      erase: [destroy('disk', 'cryptsetup erase')],
      luksErase: [destroy('disk', 'cryptsetup luksErase')],
      luksKillSlot: [destroy('disk', 'cryptsetup')],
      luksRemoveKey: [destroy('disk', 'cryptsetup')],
      reencrypt: [destroy('disk', 'cryptsetup')],
    },
  },
  zpool: verbs('destroy', 'labelclear', 'detach', 'offline', 'remove', 'export'),
  zfs: verbs('destroy', 'rollback'),
  btrfs: verbs('subvolume delete', 'device delete', 'device remove', 'subvol delete'),
  'tune2fs e2fsck fsck xfs_repair debugfs resize2fs xfs_admin': { when: { '-w': [destroy('disk', 'debugfs -w')] } },
  tmutil: {
    verbs: {
      delete: [destroy('files', 'tmutil delete')],
      deletelocalsnapshots: [destroy('files', 'tmutil')],
      disable: [destroy('security', 'tmutil disable')],
    },
  },
  vssadmin: { verbs: { 'delete shadows': [destroy('files', 'vssadmin')] } },
  'psql pgcli cockroach': sqlClient(
    '-c --command -e --execute',
    '-f --file',
    '-U -d -p -v -P -o --username --dbname --port --set --output',
    '-h --host',
  ),
  'mysql mariadb mycli tidb': sqlClient(
    '-e --execute --init-command',
    '',
    '-u -P -D -S --user --port --database --socket --password',
    '-h --host',
  ),
  'sqlite3 sqlite duckdb litecli': sqlClient('-cmd -c -s', '-init', '-separator -newline'),
  bq: {
    ...sqlClient('query', '', '--format --project_id --dataset_id --location'),
    verbs: { rm: DROP('bq rm'), truncate: DROP('bq truncate') },
  },
  'sqlcmd osql isql bteq clickhouse-client clickhouse snowsql impala-shell hive beeline presto trino cqlsh sqlplus db2 usql':
    sqlClient(
      '-q -Q -e --query --execute -f --use_legacy_sql',
      '-i --queries-file',
      '-d -U -u -P --user --password --database --format',
      '-S -h --host',
    ),
  'redis-cli valkey-cli keydb-cli': {
    options: { '-p -a -n -u -r -i --pass --user --pipe-timeout': 'value', '-h': 'connect', '--eval': 'read' },
    run: runRedis,
  },
  'mongo mongosh': {
    options: { '--eval --host --port -u -p --username --password --authenticationDatabase': 'value' },
    run: runMongo,
  },
  mongorestore: { when: { '--drop': DROP('mongorestore --drop') } },
  'dropdb dropuser': {
    options: { '-h -p -U --host --port --username --maintenance-db': 'value' },
    always: DROP('dropdb'),
  },
  pg_restore: {
    options: { '-d -h -p -U -j -n -t -T -f --dbname': 'value' },
    operands: 'read',
    when: { '-c --clean': DROP('pg_restore --clean') },
  },
  mysqladmin: {
    options: { '-u -h -P --user --host': 'value' },
    verbs: {
      drop: DROP('mysqladmin drop'),
      shutdown: [destroy('process', 'mysqladmin shutdown')],
      flush: DROP('mysqladmin flush'),
    },
  },
  'pg_dump pg_dumpall mysqldump mongodump pg_basebackup': {
    options: {
      '-d -h -p -U -u -n -t -T -F -j --dbname --host --port --username --user --exclude-table': 'value',
      '-f --file --result-file --out -o': 'write',
    },
  },
  'pg_ctl pg_ctlcluster': { verbs: { stop: [destroy('process', 'pg_ctl stop')] } },
  pg_dropcluster: { always: DROP('pg_dropcluster') },
  pg_resetwal: { always: DROP('pg_resetwal') },
  influx: { verbs: { delete: DROP('influx delete'), 'bucket delete': DROP('influx bucket delete') } },
  etcdctl: {
    verbs: {
      del: DROP('etcdctl del'),
      'member remove': DROP('etcdctl member remove'),
      'snapshot restore': DROP('etcdctl snapshot restore'),
    },
  },
  rabbitmqctl: {
    verbs: {
      reset: DROP('rabbitmqctl reset'),
      force_reset: DROP('rabbitmqctl force_reset'),
      delete_queue: DROP('rabbitmqctl delete_queue'),
      delete_vhost: DROP('rabbitmqctl delete_vhost'),
      purge_queue: DROP('rabbitmqctl purge_queue'),
      delete_user: DROP('rabbitmqctl delete_user'),
    },
  },
  'kafka-topics kafka-topics.sh kafka-consumer-groups kafka-consumer-groups.sh': {
    when: { '--delete --execute': DROP('kafka topics') },
  },
  'kafka-delete-records kafka-delete-records.sh': { always: DROP('kafka records') },
  ipcrm: { always: [destroy('process', 'ipcrm')] },
  fuser: { when: { '-k --kill': [destroy('process', 'fuser -k')] } },
  gparted: { always: [escalate('gparted')] },
};
