import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { LRUCache } from 'lru-cache';
import { pageHeaders } from '../web/response-headers.ts';
import { notFoundPage, refusedPage } from './pages/problem.ts';
import type { Html } from '../web/html.ts';

// Middleware around the library's request handling.

type Next = () => Promise<unknown>;

/** Shows the error of a request whose error cannot be returned to the application that sent it. */
export async function showProblem(ctx: KoaContextWithOIDC, out: ErrorOut): Promise<void> {
  show(ctx, refusedPage(out.error, out.error_description));
}

/** Shows the "not found" page for unknown paths. */
export async function showNotFound(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
  await next();
  if (ctx.status !== 404 || ctx.body != null) return;
  show(ctx, notFoundPage());
  ctx.status = 404;
}

/**
 * Adds `login` and `consent` to an authorization request's prompts. Without `consent`, the library drops
 * `offline_access`.
 */
export async function alwaysAsk(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
  const { prompt } = ctx.query;
  if (ctx.path === '/auth' && prompt !== 'none' && !Array.isArray(prompt)) {
    const asked = new Set(prompt?.split(' ')).add('login').add('consent');
    ctx.query = { ...ctx.query, prompt: [...asked].join(' ').trim() };
  }
  await next();
}

/**
 * Ends the session that the library creates at sign-in: no user stays signed in. With a session, the library would
 * respond to a sign-in with another account with a page that needs a script to continue.
 */
export async function forgetWhoSignedIn(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
  await next();
  const { oidc } = ctx as Partial<KoaContextWithOIDC>;
  if (oidc?.route !== 'resume' || !oidc.session) return;
  await oidc.session.destroy();
  ctx.cookies.set(oidc.provider.cookieName('session'), null, { overwrite: true });
}

/** The redirect target of each ended interaction, by `uid`. Kept for a minute, for a second click on its button. */
export type RecentAnswers = LRUCache<string, string>;

/** Creates the cache of redirect targets. */
export function recentAnswers(): RecentAnswers {
  return new LRUCache({ max: 1000, ttl: 60_000 });
}

/** Stores the redirect target of each ended interaction. */
export function rememberAnswers(answers: RecentAnswers) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    await next();
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    const { uid } = oidc?.entities.Interaction ?? {};
    const location = ctx.response.get('location');
    if (oidc?.route === 'resume' && uid && URL.canParse(location)) answers.set(uid, location);
  };
}

function show(ctx: KoaContextWithOIDC, page: Html): void {
  ctx.set(pageHeaders(`'self'`));
  ctx.type = 'html';
  ctx.body = String(page);
}
