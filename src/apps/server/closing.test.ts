import { expect, it } from 'vitest';
import { createClosing } from '#apps/server/closing.ts';

it('closes in reverse, once, and goes on after what fails', async () => {
  const closing = createClosing();
  const closed: string[] = [];
  closing.add(() => closed.push('first'));
  closing.add(async () => {
    throw new Error('stuck');
  });
  closing.add(() => closed.push('last'));
  await expect(Promise.all([closing.close(), closing.close()])).rejects.toThrow('stuck');
  expect(closed).toEqual(['last', 'first']);
});
