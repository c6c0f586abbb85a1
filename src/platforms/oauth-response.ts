import { failedResponse, unusable } from './failures.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Brings the response of a token or revocation endpoint to the form that the OAuth client expects: any success has the
 * status 200, and members that are null or empty are absent. Throws `PlatformError` for any other response.
 */
export async function successOf(response: Response): Promise<Response> {
  const text = await response.text();
  const members = membersOf(text);
  const error = textOf(members?.['error']);
  // Some platforms report an error with status 200.
  const isError = error !== undefined && textOf(members?.['access_token']) === undefined;
  if (!response.ok || isError) throw failedResponse(response, error);
  return new Response(withoutEmpty(text, members), { status: 200, headers: response.headers });
}

/** Returns a document of metadata without the members that are null or empty. Any other response stays as it is. */
export async function metadataOf(response: Response): Promise<Response> {
  if (response.status !== 200) return response;
  const text = await response.text();
  return new Response(withoutEmpty(text, membersOf(text)), { headers: response.headers });
}

/** Parses a JSON object. Returns `undefined` for any other text. */
function membersOf(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Members)
      : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function withoutEmpty(text: string, members: Members = {}): string {
  const given = Object.entries(members);
  const filled = given.filter(([, value]) => value !== null && value !== '');
  if (filled.length === given.length) return text;
  try {
    return JSON.stringify(Object.fromEntries(filled));
  } catch (error) {
    // Unlike JSON.parse, JSON.stringify is limited by the stack.
    if (error instanceof RangeError) throw unusable('nested too deeply');
    throw error;
  }
}
