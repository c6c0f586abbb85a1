import { setImmediate as turn } from 'node:timers/promises';

/** How long the event loop's turn may be taken by reading, in ms, before others get theirs. */
const maxTurnMs = 20;

let began: number | undefined;

/**
 * Whether reading has taken this turn of the event loop for long. The store returns at once, so an operation of many slow
 * reads, or many such operations, would otherwise hold up everybody else: other requests, and health.
 */
export function isTurnLong(): boolean {
  if (began !== undefined) return performance.now() - began > maxTurnMs;
  began = performance.now();
  setImmediate(() => {
    began = undefined;
  });
  return false;
}

/** Fulfilled in a later turn of the event loop, which nobody else has taken for long yet. */
export async function nextTurn(): Promise<void> {
  do await turn();
  while (isTurnLong());
}
