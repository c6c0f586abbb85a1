import { z } from 'zod';
import { apiKeyLimits, scopes } from './api-key.ts';
import { text } from './text-input.ts';

/** The input that creates a key. `expires` is an `Instant`. */
export const newApiKey = z.object({
  name: text({ min: 1, max: apiKeyLimits.name }),
  scope: z.enum(scopes, `must be one of ${scopes.join(', ')}`),
  expires: z.int().nullish(),
});
