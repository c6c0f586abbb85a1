import { z } from 'zod';
import type { Credentials } from '../../domain/credentials.ts';
import { textMembers } from '../../domain/members.ts';
import type { Sealed } from '../../store/sealed.ts';
import type { Vault } from '../../vault/vault.ts';
import type { ConnectionRef } from '../../domain/connection.ts';
import { ofConnection, VaultError } from '../../vault/vault.ts';

const form = z.object({
  accessToken: z.string(),
  refreshToken: z.string().nullable(),
  expires: z.number().nullable(),
  fields: textMembers({ object: 'must be an object', member: 'must be a string' }).transform(
    (fields) => Object.fromEntries(fields),
  ),
});

/** Decrypts the credentials of a connection. Throws `VaultError`. */
export async function openCredentials(
  vault: Vault,
  { sealed, ...of }: ConnectionRef & { readonly sealed: Sealed },
): Promise<Credentials> {
  const opened = form.safeParse(await vault.open(sealed, ofConnection('credentials', of)));
  if (!opened.success)
    throw new VaultError('the secret cannot be decrypted: it does not hold credentials');
  return opened.data;
}
