import type { Instant } from '../domain/instant.ts';
import { invalidInput, type InvalidInput } from '../domain/refusal.ts';
import type { CompanyRecord } from './record.ts';

/** How far the clock of the machine that wrote a record may be ahead, in ms. */
const clockSkewMs = 5 * 60 * 1000;

/** Reports whether a time is after `now` by more than clocks differ. */
export function isInFuture(time: Instant, now: Instant): boolean {
  return time > now + clockSkewMs;
}

/** Returns the refusal of a record with a time in the future: `lastSync` never goes back, so a wrong one would stay. */
export function futureTime(record: CompanyRecord, now: Instant): InvalidInput | undefined {
  const times = [
    ['created', record.created] as const,
    ...(record.dataConnections ?? []).flatMap(({ created, lastSync }, index) => [
      [`dataConnections[${index}].created`, created] as const,
      [`dataConnections[${index}].lastSync`, lastSync] as const,
    ]),
  ];
  const found = times.find(([, time]) => time != null && isInFuture(time, now));
  return found && invalidInput(found[0], 'must not be in the future');
}
