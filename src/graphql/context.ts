import type { GraphQLError } from 'graphql';
import type { Caller } from '../access/authenticate.ts';
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

/** Makes the context of one request; its calls of the store are noted in `storeCalls`, if that is given. */
export function createContext(
  { operationMs, onBatch, ...services }: GraphQLServices,
  caller: Caller,
  storeCalls?: StoreCalls,
): GraphQLContext {
  const store = operationStore(services.store, operationMs, onBatch, storeCalls);
  const loaders = createLoaders(store);
  const most = services.limits.cost;
  let records = 0;
  let refusal: GraphQLError | undefined;
  return {
    ...services,
    answerIsKept: services.answerIsKept ?? false,
    store,
    caller,
    loaders,
    countRecords(count) {
      records += count;
      if (records <= most) return;
      // Made once: thousands of lists may wait to be counted, and to make an error takes longer than to read a record.
      throw (refusal ??= tooMuch(`The answer has more than ${most} records: ask for less`));
    },
    async change(operation) {
      const result = await operation(store, { actor: caller.actor, at: Date.now() });
      loaders.forget();
      return result;
    },
  };
}
