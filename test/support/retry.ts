import type { Answer } from './gateway.ts';

/** Sends a request up to 20 times while the gateway is too busy, which must mean that it changed nothing. */
export async function untilServed<Data>(send: () => Promise<Answer<Data>>): Promise<Answer<Data>> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send();
    const busy = answer.errors.some(
      ({ extensions }) => extensions['code'] === 'SERVICE_UNAVAILABLE',
    );
    if (!busy || attempt === 20) return answer;
  }
}
