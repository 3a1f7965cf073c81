/**
 * Secrets as they turn up in commands and tool inputs, for tests: each text, and the parts of it that must not be in any record.
 * Made up here, by shape, and put together at run time, so that no scanner takes this file for a leak.
 */
export interface PlantedSecret {
  readonly name: string;
  readonly command: string;
  readonly secrets: readonly string[];
}

const GITHUB = `ghp_${'aB3'.repeat(12)}`;
const AWS = `AKIA${'B2'.repeat(8)}`;
const JWT = `eyJ${'a1'.repeat(10)}.eyJ${'b2'.repeat(10)}.${'c3'.repeat(15)}`;
const KEY_BODY = 'MIIBqj0Fake'.repeat(6);
const KEY = [`-----BEGIN`, `PRIVATE KEY-----\n${KEY_BODY}\n-----END`, 'PRIVATE KEY-----'].join(' ');

const planted = (name: string, command: string, ...secrets: readonly string[]): PlantedSecret => ({
  name,
  command,
  secrets,
});

export const PLANTED_SECRETS: readonly PlantedSecret[] = [
  planted('a token in a URL', `git push https://${GITHUB}@github.com/o/r main`, GITHUB),
  planted('a password in a URL', 'psql postgres://admin:Tr0ub4dor-zebra@db.example.com/x', 'Tr0ub4dor-zebra'),
  planted('a weak password in a URL', 'psql postgres://admin:s3cr3t@db.example.com/x', 's3cr3t'),
  planted('a URL with no user', 'redis-cli -u redis://:R3disPazz@cache:6379', 'R3disPazz'),
  planted('a flag and a value', 'mytool login --password Zitrone-4711', 'Zitrone-4711'),
  planted('a flag with =', 'mytool --api-key=Kiwi88Kiwi88 run', 'Kiwi88Kiwi88'),
  planted('a quoted value with blanks', `mytool --token "drei kleine worte"`, 'drei kleine worte'),
  planted('single quotes', `mytool --client-secret 'ananas 12'`, 'ananas 12'),
  planted('an assignment', 'PGPASSWORD=Pflaume_9 psql -h db', 'Pflaume_9'),
  planted('an export', 'export STRIPE_SECRET="sk-Erdbeere77"; npm test', 'sk-Erdbeere77'),
  planted('an assignment in two kinds of quotes', `DB_PASSWORD="Birne"'-Nuss' ./run`, 'Birne"\'-Nuss', 'Birne-Nuss'),
  planted('a variable that is used later', 'P=Himbeere31; mysql -uroot -p$P shop', 'Himbeere31'),
  planted('a short flag of mysql', 'mysql -u root -pQuitte99 shop', 'Quitte99'),
  planted('sshpass', 'sshpass -p Holunder7 ssh deploy@host', 'Holunder7'),
  planted('curl -u', 'curl -u deploy:Brombeere55 https://example.com', 'Brombeere55'),
  planted('a bearer header', `curl -H "Authorization: Bearer ${JWT}" https://example.com`, JWT),
  planted(
    'an opaque bearer header',
    'curl -H "Authorization: Bearer 0123456789abcdef" https://x.io',
    '0123456789abcdef',
  ),
  planted('a header by its name', "curl -H 'X-Api-Key: Stachelbeere-1' https://x.io", 'Stachelbeere-1'),
  planted('a body of a request', `curl -d '{"user":"a","password":"Mirabelle 3"}' https://x.io`, 'Mirabelle 3'),
  planted('a form', 'curl -d "user=a&password=Feige-2024&x=1" https://x.io', 'Feige-2024'),
  planted('a query', 'curl "https://x.io/a?access_token=Dattel-778&page=2"', 'Dattel-778'),
  planted('a piped password', 'echo Maulbeere8 | docker login -u me --password-stdin reg.io', 'Maulbeere8'),
  planted('docker login -p', 'docker login -u me -p Johannis44 reg.io', 'Johannis44'),
  planted('an AWS key', `aws configure set aws_access_key_id ${AWS}`, AWS),
  planted(
    'an AWS secret',
    'aws configure set aws_secret_access_key wJalrXUtnFEMIK7MDENGbPx',
    'wJalrXUtnFEMIK7MDENGbPx',
  ),
  planted('openssl', 'openssl rsa -passin pass:Sanddorn5 -in k.pem', 'Sanddorn5'),
  planted('a private key', `echo "${KEY}" > k.pem`, KEY_BODY),
  planted('a private key that is cut off', `echo "${KEY.slice(0, 60)}`, KEY.slice(34, 60)),
  planted('a here document', `cat > .env <<'X'\nAPI_TOKEN=Heidelbeere66\nX`, 'Heidelbeere66'),
  planted('quotes within the word', `mytool --password Pfir"sich"-9`, 'Pfir"sich"-9', 'Pfirsich-9'),
  planted('quotes within a token', `curl https://x.io -H "A: ${GITHUB.slice(0, 8)}"'${GITHUB.slice(8)}'`, GITHUB),
  planted(
    'base64 that is decoded and run',
    `echo ${Buffer.from(`curl -H "x: ${GITHUB}" https://x.io`).toString('base64')} | base64 -d | sh`,
    GITHUB,
    Buffer.from(GITHUB).toString('base64').slice(4, 28),
  ),
  planted('npm', `npm config set //registry.npmjs.org/:_authToken npm_${'a1B'.repeat(12)}`, `npm_${'a1B'.repeat(12)}`),
  planted('YAML', 'printf "db:\\n  password: Rhabarber 1\\n" > c.yml', 'Rhabarber 1'),
];

/** Commands that hold no secret: they are recorded as they are. */
export const HARMLESS_COMMANDS: readonly string[] = [
  'ls -la src',
  'git commit -m "Explain the token budget"',
  'npm run test -- --max-tokens 100',
  'curl https://example.com/a',
  'mysql -u root -p shop',
  'PGPASSWORD=$DB_PASSWORD psql -h db',
  'curl -H "Authorization: Bearer $TOKEN" https://x.io',
  'curl -u "$USER:$PASS" https://x.io',
  'git clone git@github.com:o/r.git',
  'ssh deploy@host uptime',
  'cat ~/.aws/credentials',
  'kubectl create secret generic x --from-file=./secret.txt',
  'docker run my-secret-service:1.2.3',
  'rg -n "password" src',
  'mytool --password-file /run/secrets/p --token-file t',
  'docker login -u me --password-stdin < p.txt',
  'grep -r api_key .',
  'mkdir -p a/b && cp -a x y',
];
