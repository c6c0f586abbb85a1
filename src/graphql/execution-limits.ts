import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import pLimit from 'p-limit';

interface ExecutionLimits {
  /** Operations that are executed at a time. */
  readonly concurrent: number;
  /** Operations that wait for that at most. */
  readonly queued: number;
}

/**
 * Lets so many operations run at a time and so many wait for them; one more is answered with 503 and `Retry-After`, so
 * that a gateway that is overrun stays of use to those whom it has let in. Requests whose body is still to come take no
 * place.
 */
export function useConcurrencyLimit({ concurrent, queued }: ExecutionLimits): Plugin {
  const limit = pLimit(concurrent);
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args) => {
        if (limit.activeCount >= concurrent && limit.pendingCount >= queued) throw overloaded();
        return limit(() => executeFn(args));
      });
    },
  };
}

function overloaded(): GraphQLError {
  return new GraphQLError('The gateway is overloaded: try again', {
    extensions: { code: 'OVERLOADED', http: { status: 503, headers: { 'retry-after': '1' } } },
  });
}
