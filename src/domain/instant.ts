import { ok, refuse, type Result } from './result.ts';

/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

const date = String.raw`(?<year>[+-]?\d{4,6})-(?<month>\d{2})-(?<day>\d{2})`;
const clock = String.raw`(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?`;
const offset = String.raw`(?:Z|(?<sign>[+-])(?<aheadHours>\d{2})(?::?(?<aheadMinutes>\d{2}))?)`;
const pattern = new RegExp(`^${date}(?:[T ]${clock}${offset}?)?$`, 'i');

const form =
  'a date, or a date and time, such as 2024-01-31, 2024-01-31T12:30:00Z or 2024-01-31T12:30:00.123+02:00';
const inRange = 'a time in the years 0001 to 9999, in UTC';
const existing = 'a date and time that exist';

/**
 * Parses a time as RFC 3339 and ISO 8601 write it, in the years 0001 to 9999. On failure, returns what the text
 * must be, to complete "must be …".
 *
 * - Any number of fractional digits, cut to milliseconds. Seconds can be absent.
 * - `Z`, or an offset such as `+02:00`, `+0200` or `+02`. A time without an offset is in UTC, and a date alone is its
 *   midnight, since imported exports contain both (`DateTime` in the OpenAPI document of the Codat platform API).
 * - A space for the `T`, and `t` and `z` in lower case (RFC 3339, section 5.6).
 * - A leap second, which is read as the second after it: `Instant` has none, as POSIX time.
 */
export function parseInstant(text: string): Result<Instant, string> {
  const parts = pattern.exec(text)?.groups;
  if (parts === undefined) return refuse(form);
  const { year = '', month = '', day = '', hour = '00', minute = '00', second = '00' } = parts;
  const { fraction = '', sign, aheadHours = '00', aheadMinutes = '00' } = parts;
  if (!/^\d{4}$/.test(year) || year === '0000') return refuse(inRange);
  const isLeap = second === '60';
  const start = `${year}-${month}-${day}T${hour}`;
  const seconds = `${isLeap ? '59' : second}.${fraction.padEnd(3, '0').slice(0, 3)}`;
  const local = Date.parse(`${start}:${minute}:${seconds}Z`);
  // Date.parse turns 30 February into a day in March and 24:00 into the next day instead of rejecting them.
  const exists = !Number.isNaN(local) && formatInstant(local).startsWith(start);
  if (!exists || aheadHours > '23' || aheadMinutes > '59') return refuse(existing);
  const ahead = (Number(aheadHours) * 60 + Number(aheadMinutes)) * minuteMs;
  const instant = (sign === '-' ? local + ahead : local - ahead) + (isLeap ? secondMs : 0);
  // Leap seconds are inserted at the end of a day in UTC only.
  if (isLeap && mod(instant, dayMs) >= secondMs) return refuse(existing);
  return instant >= earliest && instant <= latest ? ok(instant) : refuse(inRange);
}

function mod(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const earliest = Date.parse('0001-01-01T00:00:00Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

const dayMs = 86_400_000;
/** The maximum number of days in the cache. */
const maxDays = 4096;
const days = new Map<number, string>();
const digits = (length: number) => (_: unknown, value: number) =>
  String(value).padStart(length, '0');
const two = Array.from({ length: 60 }, digits(2));
const three = Array.from({ length: 1000 }, digits(3));

/**
 * Formats a time as ISO 8601 in UTC with milliseconds: `2022-01-01T12:30:00.000Z`. A page has hundreds of them, and
 * `Date` takes several times as long.
 */
export function formatInstant(instant: Instant): string {
  if (!(instant >= earliest && instant <= latest)) return new Date(instant).toISOString();
  const day = Math.floor(instant / dayMs);
  const ms = instant - day * dayMs;
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return `${textOf(day)}T${two[hours]}:${two[minutes % 60]}:${two[seconds % 60]}.${three[ms % 1000]}Z`;
}

function textOf(day: number): string {
  let text = days.get(day);
  if (text === undefined) {
    text = new Date(day * dayMs).toISOString().slice(0, 10);
    if (days.size >= maxDays) days.clear();
    days.set(day, text);
  }
  return text;
}
