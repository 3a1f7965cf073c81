import { expect, it } from 'vitest';
import { addressToReturnTo, refusedByProvider } from './refused.ts';

it('says why somebody is back, in words of ours and never in those of the address', () => {
  expect(refusedByProvider('')).toBeUndefined();
  expect(refusedByProvider('?sign-in-refused=openid-no-group')).toContain('no group');
  for (const foreign of ['constructor', '__proto__', '<b>call this number</b>', '']) {
    expect(refusedByProvider(`?sign-in-refused=${encodeURIComponent(foreign)}`)).toBe('You were not signed in.');
  }
});

it('goes back to where somebody was, without the reason', () => {
  expect(addressToReturnTo({ pathname: '/', search: '?sign-in-refused=x' })).toBe('/');
  expect(addressToReturnTo({ pathname: '/approvals', search: '?id=7&sign-in-refused=x' })).toBe('/approvals?id=7');
});
