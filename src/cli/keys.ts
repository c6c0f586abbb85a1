import { isUsable, type ApiKey, type Scope } from '../domain/api-key.ts';
import { parseId, type ApiKeyId } from '../domain/id.ts';
import { formatInstant, type Instant } from '../domain/instant.ts';
import { createApiKey, revokeApiKey } from '../operations/api-keys.ts';
import type { Store } from '../store/store.ts';
import type { Terminal } from '../app/terminal.ts';

/** The arguments for a new API key. */
export interface NewKeyOptions {
  readonly name: string;
  readonly scope: Scope;
  /** Its lifetime, such as `90d` or `12h`. */
  readonly expires?: string;
}

/** Creates an API key and prints it, only on standard output; returns the exit code. */
export async function createKey(
  store: Store,
  maxApiKeys: number,
  { name, scope, expires }: NewKeyOptions,
  terminal: Terminal,
): Promise<number> {
  const now = Date.now();
  const lifetime = expires === undefined ? undefined : parseDuration(expires);
  if (expires !== undefined && lifetime === undefined) {
    return fail(terminal, '--expires must be a number of days or hours, such as 90d or 12h');
  }
  const input = { name, scope, expires: lifetime === undefined ? null : now + lifetime };
  const result = await createApiKey(store, input, maxApiKeys, { at: now });
  if (!result.ok) {
    return fail(
      terminal,
      result.error.kind === 'LimitReached'
        ? `The maximum of ${result.error.limit} usable API keys (MAX_API_KEYS) is reached: revoke one first`
        : `--${result.error.field} ${result.error.rule}`,
    );
  }
  terminal.tell('Save this key now. It is shown only once:\n');
  terminal.print(`${result.value.secret}\n`);
  return 0;
}

/** Lists the API keys; returns the exit code. */
export async function listKeys(store: Store, terminal: Terminal): Promise<number> {
  const now = Date.now();
  for (const apiKey of await store.apiKeys.all()) terminal.print(`${describe(apiKey, now)}\n`);
  return 0;
}

/** Revokes the API key with this id or prefix; returns the exit code. */
export async function revokeKey(store: Store, key: string, terminal: Terminal): Promise<number> {
  const id = parseId<ApiKeyId>(key) ?? (await store.apiKeys.byPrefix(key))?.apiKey.id;
  const result = id && (await revokeApiKey(store, id, { at: Date.now() }));
  if (!result?.ok)
    return fail(terminal, 'No API key has this id or prefix, or it is already revoked');
  terminal.print(`${describe(result.value, Date.now())}\n`);
  return 0;
}

function describe(apiKey: ApiKey, now: Instant): string {
  const { id, prefix, scope, name, created, expires, lastUsed, revoked } = apiKey;
  const facts = [
    `created ${formatInstant(created)}`,
    expires === null ? 'never expires' : `expires ${formatInstant(expires)}`,
    lastUsed === null ? 'never used' : `last used ${formatInstant(lastUsed)}`,
    ...(revoked === null ? [] : [`revoked ${formatInstant(revoked)}`]),
  ];
  const state = isUsable(apiKey, now) ? 'usable' : 'UNUSABLE';
  return `${id}  ${prefix}  ${scope.padEnd(5)}  ${state}  ${name} (${facts.join(', ')})`;
}

/** Parses a duration such as `90d` or `12h`, up to a hundred years, to ms; `undefined` if invalid. */
function parseDuration(text: string): number | undefined {
  const [, amount = '', unit = ''] = /^([1-9]\d{0,5})([dh])$/.exec(text) ?? [];
  if (amount === '') return undefined;
  const hours = Number(amount) * (unit === 'd' ? 24 : 1);
  return hours <= 24 * 36_525 ? hours * 3_600_000 : undefined;
}

function fail(terminal: Terminal, message: string): number {
  terminal.tell(`${message}\n`);
  return 1;
}
