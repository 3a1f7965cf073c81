import { send } from '../api/client.ts';

export async function signOut(): Promise<void> {
  await send('POST', '/v1/sign-out', {});
}
