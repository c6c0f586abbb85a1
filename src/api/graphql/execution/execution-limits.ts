import type { Plugin } from 'graphql-yoga';
import { OverloadedError, type ConcurrencyLimit } from '../../../operations/concurrency.ts';
import { overloaded } from '../../../operations/faults.ts';
import { graphqlFault } from '../schema/faults.ts';

/**
 * Limits how many operations run and wait at a time. Further ones get 503 and `Retry-After`, so that an overloaded
 * gateway still serves the requests that it accepted. Requests do not count until their body has arrived.
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
