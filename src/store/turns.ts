import { setImmediate as turn } from 'node:timers/promises';

/** How long reads may occupy a turn of the event loop, in ms, before other work runs. */
const maxTurnMs = 20;

let began: number | undefined;

/**
 * Reports whether reads have occupied this turn of the event loop for too long. The store returns at once, so an
 * operation of many slow reads, or many such operations, would otherwise block other requests and health checks.
 */
export function isTurnLong(): boolean {
  if (began !== undefined) return performance.now() - began > maxTurnMs;
  began = performance.now();
  setImmediate(() => {
    began = undefined;
  });
  return false;
}

/** Resolves in a later turn of the event loop that reads have not occupied for long. */
export async function nextTurn(): Promise<void> {
  do await turn();
  while (isTurnLong());
}
