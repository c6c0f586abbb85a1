import type { GraphQLError } from 'graphql';
import type { Caller } from '../access/authenticate.ts';
import type { Clock } from '../domain/clock.ts';
import type { Cause } from '../domain/event.ts';
import type { DocumentLimits } from '../limits/limits.ts';
import type { LinkUrls } from '../linking/link-urls.ts';
import type { Platforms } from '../oauth/platform.ts';
import { operationStore, type OnBatch } from '../operations/operation-store.ts';
import type { Store } from '../store/store.ts';
import type { StoreCalls } from '../tracing/store-calls.ts';
import type { Vault } from '../vault/vault.ts';
import { tooMuch } from './faults.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** What every resolver of one request can use. */
export interface GraphQLContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly links: LinkUrls;
  readonly vault: Vault;
  /** The platforms that a company's people can link. */
  readonly platforms: Platforms;
  readonly caller: Caller;
  /** How much a document may ask for. */
  readonly limits: DocumentLimits;
  /** How many API keys may be usable at a time. */
  readonly mostApiKeys: number;
  /** Whether the answer is kept to be given again, so that it must hold no secret. */
  readonly answerIsKept: boolean;
  /** Whether it was found out before that the operation asks for no more than a document may. */
  readonly costIsKnown: boolean;
  /** Reads of this request, batched and remembered. */
  readonly loaders: Loaders;
  /**
   * Counts records of the answer, and throws once there are more than a document may ask for. The cost of a list that
   * has no pages is an estimate; and an answer in circles, from a company to its connections and back, reads nothing
   * that could be refused.
   */
  countRecords(this: void, count: number): void;
  /** Runs an operation on behalf of the caller; what was read before it is forgotten, since it may have changed. */
  change<T>(operation: (store: Store, cause: Cause) => Promise<T>): Promise<T>;
}

/** What the resolvers of all requests share. */
export interface GraphQLServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly links: LinkUrls;
  readonly vault: Vault;
  readonly platforms: Platforms;
  readonly mostApiKeys: number;
  readonly limits: DocumentLimits;
  /** How long one operation may take. */
  readonly operationMs: number;
  readonly onBatch: OnBatch;
  readonly answerIsKept?: boolean;
}

/**
 * Makes the context of one request; its calls of the store are noted in `storeCalls`, if that is given. `costIsKnown` says
 * that it asks for no more than a document may.
 */
export function createContext(
  services: GraphQLServices,
  caller: Caller,
  storeCalls?: StoreCalls,
  costIsKnown = false,
): GraphQLContext {
  const { clock, links, vault, platforms, limits, mostApiKeys, answerIsKept = false } = services;
  const store = operationStore(services.store, services.operationMs, services.onBatch, storeCalls);
  const loaders = createLoaders(store);
  let records = 0;
  let refusal: GraphQLError | undefined;
  return {
    store,
    clock,
    links,
    vault,
    platforms,
    caller,
    limits,
    mostApiKeys,
    answerIsKept,
    loaders,
    costIsKnown,
    countRecords(count) {
      records += count;
      if (records <= limits.cost) return;
      // Made once: thousands of lists may wait to be counted, and to make an error takes longer than to read a record.
      throw (refusal ??= tooMuch(`The answer has more than ${limits.cost} records: ask for less`));
    },
    async change(operation) {
      const result = await operation(store, { actor: caller.actor, at: clock.now() });
      loaders.forget();
      return result;
    },
  };
}
