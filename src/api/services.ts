import type { IntegrationId } from '../domain/id.ts';
import type { Integration } from '../domain/integration.ts';
import type { LinkUrls } from '../linking/flow/link-urls.ts';
import type { RedirectOptions } from '../linking/redirect/redirects.ts';
import type { LinkingServices } from '../linking/services.ts';
import type { ConcurrencyLimit } from '../operations/concurrency.ts';
import type { OnBatch, SessionOptions } from '../store/calls.ts';
import type { Store } from '../store/store.ts';
import type { Limits } from './limits.ts';
import type { LogoUrlOf } from './logo.ts';
import type { RequestInfo } from './request-info.ts';

/** Services that GraphQL and REST share. */
export interface ApiServices extends LinkingServices {
  readonly store: Store;
  readonly links: LinkUrls;
  /** Path before every path of the gateway in URLs that clients use; see `publicPathOf`. */
  readonly publicPath: string;
  readonly redirects: RedirectOptions;
  readonly logoUrlOf: LogoUrlOf;
  /** Maximum number of usable API keys. */
  readonly maxApiKeys: number;
  readonly limits: Limits;
  /** Limits how many operations run at a time. */
  readonly atATime: ConcurrencyLimit;
  readonly onBatch: OnBatch;
  /**
   * Returns an integration that was read before, if nothing in the database has changed since; `undefined` if it must
   * be read. Thousands of connections share a few integrations, and waiting for a read takes longer than finding one in
   * memory.
   */
  readonly integrationAtHand?: ((id: IntegrationId) => Integration | undefined) | undefined;
}

/** Returns the options of the store session of a request. Its deadline is `operationMs` from now. */
export function sessionOptions(
  { limits, onBatch }: Pick<ApiServices, 'limits' | 'onBatch'>,
  { storeCalls }: Pick<RequestInfo, 'storeCalls'>,
): SessionOptions {
  return { deadline: performance.now() + limits.operationMs, onBatch, notes: storeCalls };
}
