import { MIMEType } from 'node:util';
import type { RequestFault } from './request-fault.ts';

/**
 * Returns the fault of a `Content-Type` that is not the media type `wanted` in UTF-8. JSON and forms without a charset
 * are UTF-8 (RFC 8259, section 8.1).
 */
export function faultOfType(header: string | undefined, wanted: string): RequestFault | undefined {
  // Most requests, without the work.
  if (header === wanted) return undefined;
  const type = read(header ?? '');
  if (type?.essence !== wanted) return unsupported(`The content type must be ${wanted}`);
  const charset = type.params.get('charset')?.toLowerCase() ?? 'utf-8';
  return charset === 'utf-8' || charset === 'utf8'
    ? undefined
    : unsupported('The charset of the content type must be utf-8');
}

function read(header: string): MIMEType | undefined {
  try {
    return new MIMEType(header);
  } catch {
    return undefined;
  }
}

function unsupported(message: string): RequestFault {
  return { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message };
}
