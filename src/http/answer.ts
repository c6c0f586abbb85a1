import type { ServerResponse } from 'node:http';
import type { RequestInfo } from './request-info.ts';

/** What is wrong with a request, before anybody looked at what it asks for. */
export interface HttpFault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Record<string, string>;
}

/** Answers with a fault, in the form of a GraphQL answer. */
export function answerFault(response: ServerResponse, fault: HttpFault, info: RequestInfo): void {
  const { status, code, message, headers } = fault;
  info.errorCodes.push(code);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}
