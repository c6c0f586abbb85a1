import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { formOnly } from '../web/form.ts';
import type { RequestFault } from '../web/request-fault.ts';
import { requestFaultPage } from './pages/problem.ts';

/** Responds with a page about the fault of a request. */
export function pageFault(c: Context, { status, message, headers }: RequestFault) {
  return c.html(requestFaultPage(message), status as ContentfulStatusCode, headers);
}

/** Lets only forms pass to the next handler. */
export const pageForm = formOnly(pageFault);
