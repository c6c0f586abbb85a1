import type { ServerResponse } from 'node:http';
import type { Fault } from '../../operations/faults.ts';
import type { FaultForm, RequestInfo } from '../request-info.ts';

/** Sends an error response in the format of the requested API. */
export function answerFault(response: ServerResponse, fault: Fault, info: RequestInfo): void {
  const { status, code, headers } = fault;
  const { requestId, faultForm = graphqlForm } = info;
  info.errorCodes.push(code);
  const body = JSON.stringify(faultForm(fault, requestId));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** The fault of a path that leads to nothing. */
export const nothingHere: Fault = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'No resource exists at this path',
};

/** The format of GraphQL, and of paths that belong to no API. */
export const graphqlForm: FaultForm = ({ message, code }) => ({
  errors: [{ message, extensions: { code } }],
});
