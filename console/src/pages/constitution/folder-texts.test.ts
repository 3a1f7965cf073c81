import { describe, expect, it } from 'vitest';
import { folderTexts } from './folder-texts.ts';

const file = (name: string, text = name) => ({ name: `second/${name}`, text });
const whole = [
  file('tests/01.yaml'),
  file('policies/02.cedar'),
  file('policies/01.cedar'),
  file('schema.cedarschema'),
  file('constitution.yaml'),
];

describe('the folder of a constitution', () => {
  it.each([
    ['constitution.yaml', 'no constitution.yaml'],
    ['schema.cedarschema', 'no schema.cedarschema'],
  ])('is none without %s', (name, why) => {
    const read = folderTexts(whole.filter((one) => one.name !== `second/${name}`));
    expect(read).toMatchObject({ kind: 'not-one', why: expect.stringContaining(why) });
  });

  it.each(['entities.json', 'policies/deep/01.cedar', 'policies/01.txt'])(
    'is none with %s: it would be left out in silence',
    (name) => {
      expect(folderTexts([...whole, file(name)])).toMatchObject({
        kind: 'not-one',
        why: expect.stringContaining(name),
      });
    },
  );

  it('is none that the server would not read', () => {
    expect(folderTexts([...whole, file('policies/03.cedar', 'x'.repeat(1_000_001))]).kind).toBe('not-one');
  });

  it('is read in the order of names, without what is for people', () => {
    const read = folderTexts([...whole, file('README.md'), file('.git/config'), file('policies/.DS_Store')]);
    expect(read).toEqual({
      kind: 'read',
      texts: {
        document: 'constitution.yaml',
        schema: 'schema.cedarschema',
        policies: [
          { name: 'policies/01.cedar', text: 'policies/01.cedar' },
          { name: 'policies/02.cedar', text: 'policies/02.cedar' },
        ],
        tests: [{ name: 'tests/01.yaml', text: 'tests/01.yaml' }],
      },
    });
  });
});
