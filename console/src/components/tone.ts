/** How something stands, in the colours of verdicts: `good` as allow, `bad` as deny, `waiting` as ask. */
export type Tone = 'good' | 'bad' | 'waiting' | 'plain' | 'special';
