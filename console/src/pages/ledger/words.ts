import type { Reply } from '../../api/client.ts';
import type { Tone } from '../../components/tone.ts';

export type Trouble = Reply<'GET /v1/ledger/troubles'>['troubles'][number];
export type LedgerNode = Reply<'GET /v1/ledger'>['nodes'][number];

interface Told {
  readonly isAlarm: boolean;
  readonly title: string;
  /** What it means, and what to do. */
  readonly means: string;
  readonly todo: string;
}

/** A trouble in plain words. */
export function troubleText({ kind, about = 'a node', sequence }: Trouble): Told {
  switch (kind) {
    case 'journal-contradicts':
      return {
        isAlarm: true,
        title: `The journal of ${about} contradicts the ledger${sequence === undefined ? '' : ` at record ${sequence.toLocaleString('en')}`}`,
        means: 'A record is missing, was repeated out of order, or is another than the one that was shipped before.',
        todo: `Keep the state folder of ${about} as it is. “acgs ledger fsck” names the first difference. Nothing more of this journal is taken until then.`,
      };
    case 'witness-contradicts':
      return {
        isAlarm: true,
        title: `The witness ${about} has seen another tree`,
        means:
          'It has cosigned a larger tree of this ledger, or another one of the same size: the ledger was rolled back or forked.',
        todo: 'Change nothing. Compare its checkpoint with the one above, and restore the ledger that the witness has seen.',
      };
    case 'quorum-missed':
      return {
        isAlarm: false,
        title: 'Too few witnesses have cosigned',
        means: 'The checkpoint is held back. Decisions go on; receipts come without their proof until it is there.',
        todo: 'Look at the witnesses below: are they running, and can they be reached?',
      };
    case 'not-written':
      return {
        isAlarm: false,
        title: 'The ledger was not written for a while',
        means: 'Journals hold what is to come; it is tried again by itself.',
        todo: 'Look at its storage: is the disk full, or the object store away?',
      };
  }
}

/** How a node stands to the ledger. */
export function nodeText({ state, missing, toldBy }: LedgerNode): {
  readonly tone: Tone;
  readonly word: string;
  readonly means: string;
} {
  switch (state) {
    case 'current':
      return { tone: 'good', word: 'current', means: 'The ledger has everything that it has told of.' };
    case 'behind':
      return { tone: 'waiting', word: 'behind', means: `${missing.toLocaleString('en')} records are still to come.` };
    case 'left':
      return { tone: 'plain', word: 'left', means: 'It was stopped, and said so.' };
    case 'silent':
      return {
        tone: 'waiting',
        word: 'silent',
        means: 'It has not spoken for too long. Was it stopped without a word?',
      };
    case 'silent-while-active':
      return {
        tone: 'bad',
        word: 'silent, agents active',
        means: `${toldBy.length === 0 ? 'Somebody' : toldBy.join(', ')} told that its agents act, and nothing of that reaches the ledger: an incident.`,
      };
  }
}
