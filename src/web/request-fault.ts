import type { ServerResponse } from 'node:http';

/** Why a server cannot take a request. */
export interface RequestFault {
  /** HTTP status of the response. */
  readonly status: number;
  /** Code for logs, metrics and programs. */
  readonly code: string;
  readonly message: string;
  /** Headers of the response, by their names in lower case. */
  readonly headers?: Record<string, string>;
}

/** Returns the fault of a request whose method its path does not have. */
export function methodNotAllowed(methods: readonly string[]): RequestFault {
  const allow = methods.join(', ');
  return {
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    message: `The methods of this path are ${allow}`,
    headers: { allow },
  };
}

/** Responds to a request with the message of its fault as plain text. */
export function answerPlainly(response: ServerResponse, fault: RequestFault): void {
  const { status, message, headers } = fault;
  const text = `${message}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
