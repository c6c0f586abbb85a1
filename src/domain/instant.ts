/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

const pattern =
  /^(\d{4}-\d{2}-(\d{2}))(?:T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,7}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))?)?$/i;

/**
 * Parses an ISO 8601 time with years 0001 to 9999: up to seven fractional digits (cut to milliseconds), `Z` or an
 * offset. A time without an offset is in UTC, and a date alone is its midnight, since imported exports contain both
 * (`DateTime` in the OpenAPI document of the Codat platform API). Returns `undefined` if the text is not such a time.
 */
export function parseInstant(text: string): Instant | undefined {
  const parts = pattern.exec(text);
  if (parts === null) return undefined;
  const [, date, day, clock = '00:00:00', fraction = '', sign, hours, minutes] = parts;
  const local = Date.parse(`${date}T${clock}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  // Date.parse turns 30 February into a day in March instead of rejecting it.
  if (Number.isNaN(local) || new Date(local).getUTCDate() !== Number(day)) return undefined;
  const ahead = sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * minuteMs;
  const instant = sign === '-' ? local + ahead : local - ahead;
  return instant >= earliest && instant <= latest ? instant : undefined;
}

const minuteMs = 60_000;
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
