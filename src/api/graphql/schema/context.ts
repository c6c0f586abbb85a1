import type { GraphQLError, GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../../../access/authenticate.ts';
import type { Clock } from '../../../domain/clock.ts';
import type { IntegrationId } from '../../../domain/id.ts';
import type { Integration } from '../../../domain/integration.ts';
import type { Cause } from '../../../domain/event.ts';
import { sessionOptions, type ApiServices } from '../../services.ts';
import type { CallerRequest } from '../../request-info.ts';
import type { DocumentLimits } from '../../limits.ts';
import type { LogoUrlOf } from '../../logo.ts';
import type { LinkUrls } from '../../../linking/flow/link-urls.ts';
import type { RedirectOptions } from '../../../linking/redirect/redirects.ts';
import type { Platforms } from '../../../platforms/platform.ts';
import type { Session, StoreTransactor } from '../../../store/store.ts';
import type { Vault } from '../../../vault/vault.ts';
import { tooMuch } from './faults.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import { selectedFields } from './selected-fields.ts';

/** Services and state that all resolvers of one request share. */
export interface GraphQLContext {
  readonly session: Session;
  readonly clock: Clock;
  readonly links: LinkUrls;
  readonly redirects: RedirectOptions;
  readonly logoUrlOf: LogoUrlOf;
  readonly vault: Vault;
  /** Platforms that users of a company can link. */
  readonly platforms: Platforms;
  readonly caller: Caller;
  /** Limits of a document. */
  readonly limits: DocumentLimits;
  /** Maximum number of usable API keys. */
  readonly maxApiKeys: number;
  /** Maximum number of connections of one company. */
  readonly maxConnections: number;
  /** Whether the response is stored to be returned again, so that it must contain no secret. */
  readonly answerIsKept: boolean;
  /** Whether the depth and cost of the operation were already checked. */
  readonly costIsKnown: boolean;
  /** Returns an integration that is in memory and current; `undefined` if it must be read. */
  integrationAtHand(this: void, id: IntegrationId): Integration | undefined;
  /** Batched and cached reads of this request. */
  readonly loaders: Loaders;
  /**
   * Counts records of the response, and the fields that `info` selects of each. Throws if there are more records than the
   * cost limit, or more than twice as many fields. The cost check is not enough: the cost of a list without pages is an
   * estimate. Nor does a deadline stop a circular selection, from a company to its connections and back, because it reads
   * nothing more from the store. Nothing else runs while the fields are resolved.
   */
  countRecords(this: void, count: number, info: GraphQLResolveInfo): void;
  /** Runs an operation on behalf of the caller, then clears the loaders, whose records may have changed. */
  change<T>(operation: (session: Session, cause: Cause) => Promise<T>): Promise<T>;
}

/** Options of a request. */
interface ContextOptions {
  /** Whether the depth and cost of the operation were already checked. */
  readonly costIsKnown?: boolean;
  /** Transaction that contains the whole operation and stores its response. */
  readonly tx?: StoreTransactor;
}

/** Creates the context of one request. */
export function createContext(
  services: ApiServices,
  request: Pick<CallerRequest, 'caller' | 'storeCalls'>,
  { costIsKnown = false, tx }: ContextOptions = {},
): GraphQLContext {
  const { clock, links, redirects, logoUrlOf, vault, platforms, limits, maxApiKeys } = services;
  const { caller } = request;
  const { document } = limits;
  const session = (tx ?? services.store).session(sessionOptions(services, request));
  const loaders = createLoaders(session, document.cost);
  let records = 0;
  let fields = 0;
  let refusal: GraphQLError | undefined;
  return {
    session,
    clock,
    links,
    redirects,
    logoUrlOf,
    vault,
    platforms,
    caller,
    limits: document,
    maxApiKeys,
    maxConnections: limits.connectionsPerCompany,
    answerIsKept: tx !== undefined,
    // A transaction may see newer integrations than those in memory, which were read outside it.
    integrationAtHand: (tx === undefined && services.integrationAtHand) || notAtHand,
    loaders,
    costIsKnown,
    countRecords(count, info) {
      records += count;
      fields += count * selectedFields(info);
      const maxFields = 2 * document.cost;
      if (records <= document.cost && fields <= maxFields) return;
      const most = records > document.cost ? `${document.cost} records` : `${maxFields} fields`;
      // Created once: thousands of lists may still follow, and creating an error takes longer than reading a record.
      throw (refusal ??= tooMuch(`The response has more than ${most}: request fewer`));
    },
    async change(operation) {
      const result = await operation(session, { actor: caller.actor, at: clock.now() });
      loaders.forget();
      return result;
    },
  };
}

const notAtHand = () => undefined;
