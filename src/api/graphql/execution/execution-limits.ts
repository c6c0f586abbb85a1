import type { Plugin } from 'graphql-yoga';
import { OverloadedError, type ConcurrencyLimit } from '../../../operations/concurrency.ts';
import { overloaded } from '../../../operations/faults.ts';
import { graphqlFault } from '../schema/faults.ts';

/**
 * Lets so many operations run at a time and so many wait for them; one more is answered with 503 and `Retry-After`, so
 * that a gateway that is overrun stays of use to those whom it has let in. Requests whose body is still to come take no
 * place.
 */
export function useConcurrencyLimit(limit: ConcurrencyLimit): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args) => {
        try {
          return limit(() => executeFn(args));
        } catch (error) {
          throw error instanceof OverloadedError ? graphqlFault(overloaded(error)) : error;
        }
      });
    },
  };
}
