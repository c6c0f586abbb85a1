import { isUtf8 } from 'node:buffer';
import type { RequestFault } from './request-fault.ts';

/** Byte order marks of UTF-16 and UTF-32. No UTF-8 begins with them. */
const otherMarks = [Buffer.of(0xff, 0xfe), Buffer.of(0xfe, 0xff), Buffer.of(0, 0, 0xfe, 0xff)];
const mark = Buffer.of(0xef, 0xbb, 0xbf);

/** Returns the fault of a body that is not UTF-8. Libraries would replace what they cannot decode. */
export function faultOfBytes(body: Buffer): RequestFault | undefined {
  if (otherMarks.some((it) => startsWith(body, it))) {
    return notUtf8('The body is UTF-16 or UTF-32: it must be UTF-8');
  }
  return isUtf8(body) ? undefined : notUtf8('The body must be UTF-8');
}

/** Returns a body without the byte order mark that some programs write before UTF-8. */
export function withoutMark(body: Buffer): Buffer {
  return startsWith(body, mark) ? body.subarray(mark.length) : body;
}

/** Returns the fault of a URL or a form whose percent-encoded bytes are not UTF-8. */
export function faultOfEscapes(text: string, what: 'URL' | 'form'): RequestFault | undefined {
  if (!text.includes('%')) return undefined;
  // A form can have characters that are not escaped, too.
  const bytes = Buffer.from(text).toString('latin1');
  const decoded = bytes.replaceAll(/%([\da-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return isUtf8(Buffer.from(decoded, 'latin1'))
    ? undefined
    : notUtf8(`The percent-encoded bytes of the ${what} must be UTF-8`);
}

function startsWith(body: Buffer, bytes: Buffer): boolean {
  return body.subarray(0, bytes.length).equals(bytes);
}

function notUtf8(message: string): RequestFault {
  return { status: 400, code: 'BAD_REQUEST', message };
}
