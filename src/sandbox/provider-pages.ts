import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { LRUCache } from 'lru-cache';
import { pageHeaders } from '../web/page-headers.ts';
import { notFoundPage, refusedPage } from './pages/problem.ts';
import type { Html } from '../web/html.ts';

// What stands around the library's own handling of a request.

type Next = () => Promise<unknown>;

/** Shows what went wrong with a request that cannot be answered to the application that sent it. */
export async function showProblem(ctx: KoaContextWithOIDC, out: ErrorOut): Promise<void> {
  show(ctx, refusedPage(out.error, out.error_description));
}

/** Answers for paths that nothing is at. */
export async function showNotFound(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
  await next();
  if (ctx.status !== 404 || ctx.body != null) return;
  show(ctx, notFoundPage());
  ctx.status = 404;
}

/** Lets the library see that consent is asked for, which it always is: else it leaves `offline_access` out. */
export async function alwaysAsk(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
  const { prompt } = ctx.query;
  if (ctx.path === '/auth' && prompt !== 'none' && !Array.isArray(prompt)) {
    const asked = new Set(prompt?.split(' ')).add('login').add('consent');
    ctx.query = { ...ctx.query, prompt: [...asked].join(' ').trim() };
  }
  await next();
}

/**
 * Ends the session that the library makes for who signed in. Nobody stays signed in, and with one the library would
 * answer the next sign-in, as somebody else, with a page that a script has to send on.
 */
export async function forgetWhoSignedIn(ctx: KoaContextWithOIDC, next: Next): Promise<void> {
  await next();
  const { oidc } = ctx as Partial<KoaContextWithOIDC>;
  if (oidc?.route !== 'resume' || !oidc.session) return;
  await oidc.session.destroy();
  ctx.cookies.set(oidc.provider.cookieName('session'), null, { overwrite: true });
}

/** Where each ended interaction redirected to, by its `uid`. Kept for a minute, for a second click on its button. */
export type RecentAnswers = LRUCache<string, string>;

/** Makes a memory of where interactions led to. */
export function recentAnswers(): RecentAnswers {
  return new LRUCache({ max: 1000, ttl: 60_000 });
}

/** Remembers where each interaction led to. */
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
