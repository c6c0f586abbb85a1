import { randomUUID } from 'node:crypto';
import { graphqlForm } from '../../api/http/answer.ts';
import { errorMessage } from '../../api/rest/faults.ts';
import type { DescribeUnreadable } from '../../web/unreadable-requests.ts';

/**
 * Describes why a request cannot be read. Its path is unknown, so the JSON has the properties of both APIs: clients of
 * each find their own.
 */
export const describeUnreadable: DescribeUnreadable = (fault) => {
  const requestId = randomUUID();
  const body = { ...(graphqlForm(fault, requestId) as object), ...errorMessage(fault, requestId) };
  return { type: 'application/json', text: JSON.stringify(body) };
};
