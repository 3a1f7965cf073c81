/**
 * The small world that random cases are made of. Few names and many uses of each, so that random policies, entities and
 * requests meet; the names include those that trip a careless implementation.
 */
export const ENTITY_TYPES = ['User', 'Team', 'Docs::Folder', 'Color'] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

/** The ids that `Color` has when a schema makes it an enumeration. */
export const COLORS = ['red', 'green'] as const;

export const IDS = ['a', 'b', 'c', '', 'red', 'q"\'\\\n\u0000', 'é😀\u0301\u200b'] as const;

export const ACTIONS = ['view', 'edit', 'all', 'delete "x"'] as const;

/** Types of attributes by name: a name means the same wherever it stands, so any expression may meet any entity. */
export type AttributeType =
  | 'Long'
  | 'String'
  | 'Boolean'
  | 'User'
  | 'Team'
  | 'Color'
  | 'ipaddr'
  | 'decimal'
  | 'datetime'
  | 'duration'
  | { readonly set: AttributeType }
  | { readonly record: readonly AttributeName[] };

export const ATTRIBUTES = {
  n: 'Long',
  constructor: 'Long',
  s: 'String',
  __proto__x: 'String',
  'a "b"\n': 'String',
  flag: 'Boolean',
  owner: 'User',
  team: 'Team',
  color: 'Color',
  ip: 'ipaddr',
  price: 'decimal',
  at: 'datetime',
  span: 'duration',
  longs: { set: 'Long' },
  names: { set: 'String' },
  friends: { set: 'User' },
  ips: { set: 'ipaddr' },
  nested: { set: { set: 'Long' } },
  rec: { record: ['n', 's', 'ip'] },
  deep: { record: ['rec', 'flag', 'owner'] },
} as const satisfies Record<string, unknown>;
export type AttributeName = keyof typeof ATTRIBUTES;
export const ATTRIBUTE_NAMES = Object.keys(ATTRIBUTES) as readonly AttributeName[];

export function attributeType(name: AttributeName): AttributeType {
  return ATTRIBUTES[name] as AttributeType;
}

export const LONGS: readonly (number | bigint)[] = [
  0,
  1,
  -1,
  2,
  3,
  10,
  1000,
  86_400_000,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  9_007_199_254_740_992n,
  -9_007_199_254_740_993n,
  4_611_686_018_427_387_904n,
  9_223_372_036_854_775_807n,
  -9_223_372_036_854_775_808n,
  3_037_000_500,
];

export const STRINGS = [
  '',
  'a',
  'b',
  'ab',
  'aab',
  'a*b',
  'abcab',
  '*',
  '\\',
  'é',
  '😀',
  'a😀b',
  '1',
  'red',
  'n',
] as const;

export const DECIMALS = {
  good: [
    '0.0',
    '-0.5',
    '0.5',
    '1.0',
    '1.0000',
    '1.23',
    '-1.2300',
    '12.3456',
    '922337203685477.5807',
    '-922337203685477.5808',
    '00.10',
  ],
  bad: [
    '',
    '1',
    '1.',
    '.1',
    '1.23456',
    '+1.0',
    '922337203685477.5808',
    '-922337203685477.5809',
    '1.0\n',
    '１.0',
    '1.１',
    '1.２３',
    '9999999999999999999999.0',
    '--1.0',
  ],
} as const;

export const IPS = {
  good: [
    '1.2.3.4',
    '1.2.3.4/32',
    '1.2.3.0/24',
    '1.2.3.9/24',
    '0.0.0.0/0',
    '127.0.0.1',
    '127.0.0.1/8',
    '127.0.0.1/7',
    '224.0.0.1',
    '224.0.0.0/4',
    '224.0.0.0/3',
    '255.255.255.255',
    '::',
    '::1',
    '::1/127',
    '::/0',
    'ff00::',
    'ff00::/7',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '::ffff:102:304',
    'FE80::1/64',
    '2001:db8::/32',
    '2001:DB8:0:0::1',
  ],
  bad: [
    '',
    'x',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/03',
    '1.2.3.4/a',
    '1.2.3.4/100',
    '::/129',
    '::/999',
    '::/1000',
    '::ffff:1.2.3.4',
    '1::2::3',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    ':1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8:',
    'g::',
    '12345::',
    '/24',
    '1.2.3.4/24/1',
    '1.2.3.4 ',
    '::1%lo',
    '11111111111111111111111111111111111111111111',
    '::/é',
    'é/1',
  ],
} as const;

export const DATETIMES = {
  good: [
    '1970-01-01',
    '1969-12-31',
    '2024-02-29',
    '0000-01-01',
    '9999-12-31',
    '2024-10-15T11:38:02Z',
    '2024-10-15T11:38:02.101Z',
    '2024-10-15T11:38:02.101+1134',
    '1969-12-31T23:59:59.999Z',
    '0000-01-01T00:00:00+2359',
    '9999-12-31T23:59:59.999-2359',
    '0050-03-01',
  ],
  bad: [
    '',
    'x',
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-32',
    '24-01-01',
    '2024-01-01T',
    '2024-01-01T24:00:00Z',
    '2024-01-01T11:60:00Z',
    '2024-01-01T11:38:60Z',
    '2024-01-01T11:38:02',
    '2024-01-01T11:38:02.1Z',
    '2024-01-01T11:38:02+2400',
    '2024-01-01T11:38:02+0060',
    '2024-01-01T11:38:02ZZ',
    '2024-02-30T99:99:99+9999',
    '2024-01-01 ',
    '２024-01-01',
    '2024-01-01T11:38:02+0a00',
    '2024-01-01T25:00:00+9999',
  ],
} as const;

export const DURATIONS = {
  good: [
    '0ms',
    '1ms',
    '-1ms',
    '1s',
    '1m',
    '1h',
    '1d',
    '-1d',
    '36h',
    '-36h',
    '1d2h3m4s5ms',
    '9223372036854775807ms',
    '-9223372036854775808ms',
    '106751991167d7h12m55s807ms',
    '00001d',
    '9007199254741s',
  ],
  bad: [
    '',
    '-',
    '1',
    'd',
    '1h1d',
    '1ms1ms',
    '+1d',
    '- 1d',
    '1.5d',
    '9223372036854775808ms',
    '-9223372036854775809ms',
    '18446744073709551616ms',
    '106751991168d',
    '-106751991168d',
    '1D',
  ],
} as const;
