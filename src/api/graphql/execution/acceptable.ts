import type { IncomingMessage } from 'node:http';
import type { Fault } from '../../../operations/faults.ts';

/** The media types of responses. Yoga sends the last two to clients that accept nothing else. */
const served = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
];

/**
 * Returns the fault of a request whose client accepts no response, by Yoga's rules. Yoga itself would find out after it
 * has executed the operation.
 */
export function faultOfAccept({ headers: { accept } }: IncomingMessage): Fault | undefined {
  const isAccepted = (accept || '*/*')
    .replaceAll(/\s/g, '')
    .toLowerCase()
    .split(',')
    .some((range) => {
      const [type = '', ...parameters] = range.split(';');
      const charset = parameters.find((it) => it.includes('charset=')) ?? 'charset=utf-8';
      return charset === 'charset=utf-8' && served.some((it) => isIn(it, type));
    });
  return isAccepted ? undefined : notAcceptable;
}

function isIn(type: string, range: string): boolean {
  const [kind = ''] = type.split('/', 1);
  return range === '*/*' || range === `${kind}/*` || range === type;
}

const notAcceptable: Fault = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  message: 'The Accept header must include application/json or application/graphql-response+json',
};
