import { expect } from 'vitest';

/** Reads an answer that does not end by itself; what has come so far, and whether its connection is over. */
export async function openStream(url: string, headers: Readonly<Record<string, string>>) {
  const response = await fetch(url, { headers });
  expect(response.status).toBe(200);
  let text = '';
  let isEnded = false;
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) text += decoder.decode(bytes, { stream: true });
  };
  // Cut off in the middle or ended: either way it is over.
  read()
    .catch(() => undefined)
    .finally(() => {
      isEnded = true;
    });
  return { text: () => text, isEnded: () => isEnded };
}
