import { execute } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * Executes operations with GraphQL.js. Yoga's own executor takes any object with a field called `then` for a promise,
 * and loses the value of a variable called `__proto__`. Clients choose both names.
 */
export function useGraphQLJs(): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(execute);
    },
  };
}
