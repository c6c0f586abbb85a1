import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { graphqlForm } from '../../api/http/answer.ts';
import { errorMessage } from '../../api/rest/faults.ts';
import type { DescribeUnreadable } from '../../web/unreadable-requests.ts';

/**
 * Logs that a request cannot be read, and describes why. Its path is unknown, so the JSON has the properties of both
 * APIs: clients of each find their own.
 */
export function describeUnreadable(logger: Logger): DescribeUnreadable {
  return (fault) => {
    const requestId = randomUUID();
    const { status, code } = fault;
    // Browsers open connections in advance, and those that they do not use end with 408.
    const level = status === 408 ? 'debug' : 'info';
    logger[level]({ requestId, status, errorCodes: [code] }, 'unreadable request');
    const forms = {
      ...(graphqlForm(fault, requestId) as object),
      ...errorMessage(fault, requestId),
    };
    return {
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-request-id': requestId },
      text: JSON.stringify(forms),
    };
  };
}
