import { z } from '@hono/zod-openapi';
import type {
  ActiveConnectionExists,
  InvalidInput,
  InvalidStatus,
  LimitReached,
  NotFound,
  TooManyConnections,
} from '../../domain/refusal.ts';
import { refuse, type Result } from '../../domain/result.ts';
import type { Fault } from '../../operations/faults.ts';

const validationItem = z.object({
  itemId: z.string().openapi({
    description: 'Property or parameter that is invalid, such as `name` or `tags.region`.',
  }),
  message: z.string().openapi({ description: 'Rule that the value breaks.' }),
});

/** Schema of every error response of the REST API. */
export const errorSchema = z
  .object({
    statusCode: z.int().openapi({ description: 'HTTP status of the response.' }),
    service: z.string().openapi({ description: 'Always `connexions`.' }),
    error: z.string().openapi({ description: 'Description of the error, written for developers.' }),
    correlationId: z.string().openapi({
      description:
        'Id of the request. It is also in the header `X-Request-Id` and in the log of the gateway.',
    }),
    validation: z
      .object({ errors: z.array(validationItem), warnings: z.array(validationItem) })
      .optional()
      .openapi({ description: 'Errors in the input. Absent if the input is not the cause.' }),
    canBeRetried: z.enum(['True', 'False', 'Unknown']).openapi({
      description:
        'Whether the request can be retried. `True` if nothing was changed and the same request may succeed later. `Unknown` for other errors of the gateway. `False` otherwise.',
    }),
  })
  .openapi('ErrorMessage', { description: 'Reason why a request was refused.' });

type ErrorMessage = z.output<typeof errorSchema>;

/** An error response of the REST API. */
export class RestFault extends Error {
  override readonly name = 'RestFault';
  readonly status: number;
  /** Name of the error in the log and the metrics. */
  readonly code: string;
  readonly input: InvalidInput | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    {
      input,
      headers = {},
    }: { input?: InvalidInput; headers?: Record<string, string> | undefined } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.input = input;
    this.headers = headers;
  }
}

/** Returns the error response for a fault that GraphQL has too. */
export function restFault({ status, code, message, headers }: Fault): RestFault {
  return new RestFault(status, code, message, { headers });
}

/** Returns the body of an error response. */
export function errorMessage(
  { status, message, input }: Pick<RestFault, 'status' | 'message'> & Partial<RestFault>,
  requestId: string,
): ErrorMessage {
  return {
    statusCode: status,
    service: 'connexions',
    error: message,
    correlationId: requestId,
    ...(input && {
      validation: { errors: [{ itemId: input.field, message: input.rule }], warnings: [] },
    }),
    canBeRetried: canBeRetried(status),
  };
}

function canBeRetried(status: number): ErrorMessage['canBeRetried'] {
  if (status === 429 || status === 503) return 'True';
  return status >= 500 ? 'Unknown' : 'False';
}

/** Reasons why an operation can refuse a request. */
export type Refusal =
  | InvalidInput
  | NotFound
  | InvalidStatus
  | ActiveConnectionExists
  | LimitReached
  | TooManyConnections;

/** Returns the error response for the refusal of an operation. */
export function refused(refusal: Refusal): RestFault {
  switch (refusal.kind) {
    case 'InvalidInput':
      return invalid(refusal);
    case 'NotFound':
      return notFound(refusal.what);
    case 'InvalidStatus': {
      const { connection, action } = refusal;
      return conflict(
        'INVALID_STATUS',
        `The connection is ${connection.status}: it cannot be ${pastTense[action]}`,
      );
    }
    case 'ActiveConnectionExists': {
      const { id, status, sourceType } = refusal.connection;
      return conflict(
        'ACTIVE_CONNECTION_EXISTS',
        `The company can have only one active ${sourceType} connection: ${id} is already ${status}`,
      );
    }
    case 'LimitReached':
      return conflict(
        'LIMIT_REACHED',
        `The maximum of ${refusal.limit} ${refusal.what} is reached`,
      );
    case 'TooManyConnections':
      return conflict(
        'LIMIT_REACHED',
        `The company has more than ${refusal.limit} connections: delete connections before you delete it`,
      );
  }
}

const pastTense = {
  authorize: 'linked',
  unlink: 'unlinked',
  deauthorize: 'deauthorized',
  delete: 'deleted',
} as const;

/** Returns the error response for a value that breaks a rule. */
export function invalid(input: InvalidInput): RestFault {
  const { field, rule } = input;
  return new RestFault(400, 'BAD_USER_INPUT', `${field} ${rule}`.trim(), { input });
}

/** Returns the error response for a record that does not exist, whether it was deleted or never existed. */
export function notFound(what: NotFound['what']): RestFault {
  return new RestFault(404, 'NOT_FOUND', `There is no such ${what}`);
}

/** Returns the error response for companies with more connections than a response embeds. */
export function tooManyEmbedded(limit: number): RestFault {
  return new RestFault(
    400,
    'RESPONSE_TOO_LARGE',
    `The response has more than ${limit} connections: use a smaller pageSize, or list the connections of a company with GET /companies/{companyId}/connections`,
  );
}

function conflict(code: string, message: string): RestFault {
  return new RestFault(409, code, message);
}

/** Returns the value of a result, or throws its refusal as a `RestFault`. */
export function valueOf<T>(result: Result<T, Refusal>): T {
  if (result.ok) return result.value;
  throw refused(result.error);
}

/** Replaces the input field that an invalid-input refusal names with the property of the request body. */
export function inOurWords<T, R extends Refusal>(
  result: Result<T, R>,
  propertyOf: (field: string) => string,
): Result<T, R | InvalidInput> {
  if (result.ok || result.error.kind !== 'InvalidInput') return result;
  return refuse({ ...result.error, field: propertyOf(result.error.field) });
}
