import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `condition` holds. Throws after 20 s, more than any working machine needs. */
export async function until(what: string, condition: () => boolean | Promise<boolean>) {
  const giveUpAt = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`waited in vain until ${what}`);
    await pause(5);
  }
}
