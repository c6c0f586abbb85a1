import { z } from 'zod';
import {
  PlatformError,
  type Binding,
  type Grant,
  type Platform,
} from '../../platforms/platform.ts';
import type { Authorization } from '../../store/authorizations.ts';
import type { StoreReader } from '../../store/store.ts';
import { ofConnection, VaultError, type Vault } from '../../vault/vault.ts';
import type { LinkingServices } from '../services.ts';

/** The platform's response, which the browser delivers. */
export interface PlatformAnswer {
  /** The integration key in the callback URL at which the response arrived. */
  readonly integrationKey: string;
  /** The URL to which the platform sent the browser. */
  readonly url: URL;
  /** The token in the browser's cookie. */
  readonly browser: string;
}

/** What a platform granted, and the platform. */
export interface Exchanged extends Grant {
  readonly platform: Platform;
}

const bindingForm = z.object({ state: z.string(), verifier: z.string(), nonce: z.string() });

/** Exchanges the platform's response for what it grants. Returns why that failed, if the platform or the vault did. */
export async function exchange(
  { store, vault, platforms }: LinkingServices,
  authorization: Authorization,
  { integrationKey, url }: PlatformAnswer,
): Promise<Exchanged | PlatformError | VaultError> {
  const key = await integrationKeyOf(store, authorization);
  // Check before sending anything: a dishonest platform may have made another one respond in its place.
  if (key !== undefined && key !== integrationKey) {
    return new PlatformError(
      'rejected',
      'the response arrived at the redirect URL of another platform',
    );
  }
  const platform = platforms.get(key ?? '');
  if (platform === undefined) return new PlatformError('rejected', 'the platform is not enabled');
  try {
    const binding = await openBinding(vault, authorization);
    return { platform, ...(await platform.exchange(url, binding)) };
  } catch (error) {
    if (error instanceof PlatformError || error instanceof VaultError) return error;
    throw error;
  }
}

async function openBinding(vault: Vault, authorization: Authorization): Promise<Binding> {
  const use = ofConnection('authorization', authorization);
  const opened = bindingForm.safeParse(await vault.open(authorization.secrets, use));
  if (!opened.success)
    throw new VaultError('the secret cannot be decrypted: it does not hold an authorization');
  return opened.data;
}

async function integrationKeyOf(store: StoreReader, { connectionId }: Authorization) {
  const [connection] = await store.connections.byIds([connectionId]);
  if (connection === undefined) return undefined;
  const [integration] = await store.integrations.byIds([connection.integrationId]);
  return integration?.key;
}
