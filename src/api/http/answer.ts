import type { ServerResponse } from 'node:http';
import type { Fault } from '../../operations/faults.ts';
import type { FaultForm, RequestInfo } from '../request-info.ts';

/** Sends an error response in the format of the requested API. */
export function answerFault(response: ServerResponse, fault: Fault, info: RequestInfo): void {
  const { status, code, headers } = fault;
  const { requestId, faultForm = graphqlForm } = info;
  info.errorCodes.push(code);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(faultForm(fault, requestId)));
}

/** The format of GraphQL, and of paths that belong to no API. */
export const graphqlForm: FaultForm = ({ message, code }) => ({
  errors: [{ message, extensions: { code } }],
});
