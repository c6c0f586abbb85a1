import type { GraphQLError } from 'graphql';
import type { Caller } from '../../../access/authenticate.ts';
import type { Clock } from '../../../domain/clock.ts';
import type { IntegrationId } from '../../../domain/id.ts';
import type { Integration } from '../../../domain/integration.ts';
import type { Cause } from '../../../domain/event.ts';
import { sessionOptions, type ApiServices } from '../../services.ts';
import type { CallerRequest } from '../../request-info.ts';
import type { DocumentLimits } from '../../limits.ts';
import type { LinkUrls } from '../../../linking/flow/link-urls.ts';
import type { Platforms } from '../../../platforms/platform.ts';
import type { Session, StoreTransactor } from '../../../store/store.ts';
import type { Vault } from '../../../vault/vault.ts';
import { tooMuch } from './faults.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** What every resolver of one request can use. */
export interface GraphQLContext {
  readonly session: Session;
  readonly clock: Clock;
  readonly links: LinkUrls;
  readonly vault: Vault;
  /** The platforms that a company's people can link. */
  readonly platforms: Platforms;
  readonly caller: Caller;
  /** How much a document may ask for. */
  readonly limits: DocumentLimits;
  /** How many API keys may be usable at a time. */
  readonly maxApiKeys: number;
  /** Whether the answer is kept to be given again, so that it must hold no secret. */
  readonly answerIsKept: boolean;
  /** Whether it was found out before that the operation asks for no more than a document may. */
  readonly costIsKnown: boolean;
  /** An integration that can be told without reading; `undefined` if it has to be read. */
  integrationAtHand(this: void, id: IntegrationId): Integration | undefined;
  /** Reads of this request, batched and remembered. */
  readonly loaders: Loaders;
  /**
   * Counts records of the answer, and throws once there are more than a document may ask for. The cost of a list that
   * has no pages is an estimate; and an answer in circles, from a company to its connections and back, reads nothing
   * that could be refused.
   */
  countRecords(this: void, count: number): void;
  /** Runs an operation on behalf of the caller; what was read before it is forgotten, since it may have changed. */
  change<T>(operation: (session: Session, cause: Cause) => Promise<T>): Promise<T>;
}

/** What is special about a request, if anything. */
interface ContextOptions {
  /** Whether it was found out before that the operation asks for no more than a document may. */
  readonly costIsKnown?: boolean;
  /** The transaction that all of the operation is part of, and in which its answer is kept. */
  readonly tx?: StoreTransactor;
}

/** Makes the context of one request. */
export function createContext(
  services: ApiServices,
  request: Pick<CallerRequest, 'caller' | 'storeCalls'>,
  { costIsKnown = false, tx }: ContextOptions = {},
): GraphQLContext {
  const { clock, links, vault, platforms, limits, maxApiKeys } = services;
  const { caller } = request;
  const { document } = limits;
  const session = (tx ?? services.store).session(sessionOptions(services, request));
  const loaders = createLoaders(session);
  let records = 0;
  let refusal: GraphQLError | undefined;
  return {
    session,
    clock,
    links,
    vault,
    platforms,
    caller,
    limits: document,
    maxApiKeys,
    answerIsKept: tx !== undefined,
    // A transaction may see newer integrations than those that were read outside it.
    integrationAtHand: (tx === undefined && services.integrationAtHand) || notAtHand,
    loaders,
    costIsKnown,
    countRecords(count) {
      records += count;
      if (records <= document.cost) return;
      // Made once: thousands of lists may wait to be counted, and to make an error takes longer than to read a record.
      throw (refusal ??= tooMuch(
        `The answer has more than ${document.cost} records: ask for less`,
      ));
    },
    async change(operation) {
      const result = await operation(session, { actor: caller.actor, at: clock.now() });
      loaders.forget();
      return result;
    },
  };
}

const notAtHand = () => undefined;
