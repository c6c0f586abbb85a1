import { readFileSync } from 'node:fs';
import { Hono, type Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import {
  parseId,
  type AuthorizationId,
  type CompanyId,
  type ConnectionId,
} from '../../domain/id.ts';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { methodNotAllowed as faultOfMethod, type RequestFault } from '../../web/request-fault.ts';
import { publicPathOf } from '../../web/public-path.ts';
import { requestReader } from '../../web/request-reader.ts';
import { cacheControl } from '../../web/response-headers.ts';
import { completeAuthorization } from '../flow/complete-authorization.ts';
import { isLinkCode } from '../flow/link-code.ts';
import { lookAtLink, subjectOf, type LinkVisit } from '../flow/links.ts';
import type { LinkPageServices } from '../services.ts';
import { startAuthorization } from '../flow/start-authorization.ts';
import { hashOfToken } from '../flow/token.ts';
import type { AuthorizationOutcome } from '../../store/authorizations.ts';
import type { Link } from '../../store/links.ts';
import { browserCookie } from './browser.ts';
import { choices } from './choose.ts';
import { readLinkForm } from './form.ts';
import { formOnly, isFromElsewhere } from '../../web/form.ts';
import { linkPageHeaders } from './page-headers.ts';
import { problemOfLink, problemOfStart, problems } from './problems.ts';
import { parametersFor, type Parameters } from '../redirect/redirects.ts';
import { redirectAfter } from './redirect-after.ts';
import { choosePage } from './views/choose-page.ts';
import { confirmPage } from './views/confirm-page.ts';
import type { Html } from '../../web/html.ts';
import type { Path, Site } from './views/layout.ts';
import type { LinkFields } from './views/link-fields.ts';
import { problemPage, type ProblemPage } from './views/problem-page.ts';
import { resultPage } from './views/result-page.ts';

/** The options of the link pages. */
export interface LinkPagesOptions {
  /** The base URL at which browsers reach the gateway, without a slash at its end. */
  readonly publicUrl: string;
  /** The name of the application that requests access. */
  readonly applicationName: string | undefined;
  /** Origins without https to which forms may redirect: the sandbox's. */
  readonly formTargets: readonly string[];
}

/** Logs a fault of the gateway. Returns which problem page to show, and the request id in the log. */
export type OnFault = (
  error: Error,
  c: Context,
) => { readonly problem: 'busy' | 'internal'; readonly requestId: string };

/** Room for a code, a redirect URL and custom parameters, each byte of them encoded. */
const maxFormBytes = 32_768;

/** A visit, with the parameters of its URL or form. */
interface GivenVisit extends LinkVisit {
  readonly given: URLSearchParams;
}

/** Makes the pages where a company's people link its platforms. They need no script in the browser. */
export function linkPages(
  services: LinkPageServices,
  options: LinkPagesOptions,
  onFault: OnFault,
): Hono {
  const pages = new LinkPages(services, options);
  const app = new Hono();
  const company = '/link/companies/:companyId';
  const connection = `${company}/connections/:connectionId/start`;
  const form = formOnly((c, fault) => pages.fault(c, fault));
  app.use(linkPageHeaders(options.formTargets));
  app.use(async (c, next) => {
    const { retryAfterSeconds } = c.env as { readonly retryAfterSeconds?: number };
    if (retryAfterSeconds === undefined || (await pages.isAwaited(c))) return next();
    c.header('retry-after', String(retryAfterSeconds));
    return pages.problem(c, problems.tooMany);
  });
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => pages.fault(c, faultOfMethod(methods)),
    }),
  );
  app.use(requestReader(maxFormBytes, (c, fault) => pages.fault(c, fault)));
  app.get('/link/link.css', (c) => {
    c.header('cache-control', cacheControl.hour);
    return c.body(stylesheet, 200, { 'content-type': 'text/css; charset=utf-8' });
  });
  app.get('/link/callback/:integrationKey', (c) =>
    pages.callback(c, c.req.param('integrationKey')),
  );
  app.get('/link/results/:authorizationId', (c) => pages.result(c, c.req.param('authorizationId')));
  app.get(company, (c) => pages.choose(c));
  app.post(company, form, (c) => pages.start(c));
  app.get(connection, (c) => pages.confirm(c));
  app.post(connection, form, (c) => pages.start(c));
  app.onError((error, c) => {
    const { problem, requestId } = onFault(error, c);
    if (problem === 'busy') c.header('retry-after', '1');
    return pages.problem(c, { ...problems[problem], requestId });
  });
  app.notFound((c) => pages.problem(c, problems.unknown));
  return app;
}

const stylesheet = readFileSync(new URL('link.css', import.meta.url), 'utf8');

class LinkPages {
  readonly #services: LinkPageServices;
  readonly #cookie: ReturnType<typeof browserCookie>;
  /** The path of `publicUrl`, which precedes every path of the gateway in the browser. */
  readonly #prefix: string;
  readonly #site: Site;

  constructor(services: LinkPageServices, options: LinkPagesOptions) {
    this.#services = services;
    this.#cookie = browserCookie(new URL(options.publicUrl).protocol === 'https:');
    this.#prefix = publicPathOf(options.publicUrl);
    this.#site = {
      stylesheet: this.#path('/link/link.css'),
      applicationName: options.applicationName,
    };
  }

  problem(c: Context, page: ProblemPage): Response {
    return this.#answer(c, problemPage(page, this.#site), page.status);
  }

  fault(c: Context, { status, headers = {} }: RequestFault): Response {
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    return this.problem(c, { ...problems.malformed, status });
  }

  async choose(c: Context): Promise<Response> {
    const visit = this.#visit(c, new URL(c.req.url).searchParams);
    const found = await this.#look(c, visit);
    if (found instanceof Response) return found;
    this.#cookie.give(c);
    const search = (c.req.query('q') ?? '').trim().slice(0, 200);
    const page = choosePage(
      {
        ...(await choices(this.#services, found.company, search)),
        action: this.#pathOf(found.visit),
        fields: found.fields,
      },
      this.#site,
    );
    return this.#answer(c, page);
  }

  async confirm(c: Context): Promise<Response> {
    const visit = this.#visit(c, new URL(c.req.url).searchParams);
    const found = await this.#look(c, visit);
    if (found instanceof Response) return found;
    const { company, connection, link } = found;
    if (connection === undefined) return this.problem(c, problems.unknown);
    const { store, platforms } = this.#services;
    const [integration] = await store.integrations.byIds([connection.integrationId]);
    if (integration?.key == null || !platforms.has(integration.key)) {
      return this.problem(c, problems.notEnabled);
    }
    const before = await store.credentials.accountOf(connection.id);
    this.#cookie.give(c);
    const page = confirmPage(
      {
        companyName: company.name,
        platformName: integration.name,
        sourceType: connection.sourceType,
        status: connection.status,
        action: this.#pathOf(found.visit),
        fields: found.fields,
        sameAccount: !link.allowDifferentAccount && before !== undefined,
      },
      this.#site,
    );
    return this.#answer(c, page);
  }

  async start(c: Context): Promise<Response> {
    if (isFromElsewhere(c)) return this.problem(c, problems.foreignForm);
    const form = await readLinkForm(c);
    const visit = form && this.#visit(c, form.parameters);
    if (!form || !visit) return this.problem(c, form ? problems.unknown : problems.malformed);
    const { browser } = visit;
    if (browser === undefined) return this.problem(c, problems.noCookie);
    const connectionId = visit.connectionId ?? form.connectionId;
    const started = await startAuthorization(
      this.#services,
      {
        visit: { ...visit, browser, connectionId },
        integrationKey: form.integrationKey,
        parameters: form.parameters,
      },
      this.#services.clock.now(),
    );
    if (!started.ok) return this.problem(c, problemOfStart[started.error.kind]);
    this.#cookie.give(c);
    return c.redirect(started.value.href, 303);
  }

  /** Whether a request is the platform's answer to an authorization that its browser has under way. */
  async isAwaited(c: Context): Promise<boolean> {
    const state = c.req.query('state');
    const browser = this.#cookie.read(c);
    const isAnswer = c.req.method === 'GET' && c.req.path.startsWith('/link/callback/');
    if (!isAnswer || state === undefined || browser === undefined) return false;
    const { store, clock } = this.#services;
    return store.authorizations.isAwaited(hashOfToken(state), hashOfToken(browser), clock.now());
  }

  async callback(c: Context, integrationKey: string): Promise<Response> {
    // Hono passes HEAD requests to GET routes, and HEAD must change nothing.
    if (c.req.method !== 'GET') return this.fault(c, faultOfMethod(['GET']));
    const browser = this.#cookie.read(c);
    const ended =
      browser === undefined
        ? undefined
        : await completeAuthorization(
            this.#services,
            { integrationKey, url: new URL(c.req.url), browser },
            this.#services.clock.now(),
          );
    if (ended === undefined) return this.problem(c, problems.notUnderWay);
    const to = await redirectAfter(this.#services, ended);
    return c.redirect(to ?? this.#path(`/link/results/${ended.authorization.id}`), 303);
  }

  async result(c: Context, text: string): Promise<Response> {
    const { store } = this.#services;
    const id = parseId<AuthorizationId>(text);
    const browser = this.#cookie.read(c);
    const authorization = id && (await store.authorizations.byId(id));
    const isTheirs = browser && authorization?.browser.equals(hashOfToken(browser));
    if (!authorization?.outcome || !browser || !isTheirs) {
      return this.problem(c, problems.unknown);
    }
    const { companyId, connectionId, outcome } = authorization;
    const subject = await subjectOf(store, { companyId, connectionId });
    // This browser began the authorization, so "deleted" reveals nothing new to it.
    if (subject?.connection === undefined) return this.problem(c, problems.deleted);
    const { company, connection } = subject;
    const [integration] = await store.integrations.byIds([connection.integrationId]);
    const page = resultPage(
      {
        companyName: company.name,
        platformName: integration?.name ?? '',
        outcome: outcome.statusCode === 200 ? 'linked' : 'failed',
        message: outcome.message ?? undefined,
        back: await this.#wayBack(outcome, { companyId, connectionId, browser }),
      },
      this.#site,
    );
    return this.#answer(c, page);
  }

  /**
   * Returns the page where this browser can continue, if it still has a usable link: the company's connections. After a
   * failure, returns the page of the connection if that has its own link, which may permit more.
   */
  async #wayBack(
    { statusCode }: AuthorizationOutcome,
    { companyId, connectionId, browser }: LinkVisit,
  ): Promise<Path | undefined> {
    const company = { companyId, browser };
    const visit = statusCode === 200 ? company : { ...company, connectionId };
    const link = await lookAtLink(this.#services, visit, this.#services.clock.now());
    if (typeof link === 'string') return undefined;
    return this.#pathOf(link.connectionId === null ? company : visit);
  }

  /** Returns the visit of a page or form with these parameters; `undefined` if they are malformed. */
  #visit(c: Context, given: URLSearchParams): GivenVisit | undefined {
    const code = given.get('code') ?? undefined;
    const redirectUrl = given.get('redirectUrl') ?? undefined;
    const companyId = parseId<CompanyId>(c.req.param('companyId') ?? '');
    const connection = c.req.param('connectionId');
    const connectionId = connection === undefined ? undefined : parseId<ConnectionId>(connection);
    const isMalformed = connection !== undefined && connectionId === undefined;
    if (companyId === undefined || isMalformed) return undefined;
    if (code !== undefined && !isLinkCode(code)) return undefined;
    const browser = this.#cookie.read(c);
    return { companyId, connectionId, code, redirectUrl, browser, given };
  }

  /** Returns the link of a visit and what it leads to, or the problem page if the visit has no usable link. */
  async #look(c: Context, visit: GivenVisit | undefined) {
    const { store, clock, redirects } = this.#services;
    if (visit === undefined) return this.problem(c, problems.unknown);
    const link = await lookAtLink(this.#services, visit, clock.now());
    if (typeof link === 'string') return this.problem(c, problemOfLink[link]);
    const subject = await subjectOf(store, visit);
    if (subject === undefined) return this.problem(c, problems.unknown);
    const parameters = parametersFor(redirects, link.redirectUrl, visit.given);
    if (!parameters.ok) return this.problem(c, problems.unusableParameter);
    return { ...subject, visit, link, fields: fieldsOf(visit, link, parameters.value) };
  }

  #pathOf({ companyId, connectionId }: LinkVisit): Path {
    const company = `/link/companies/${companyId}` as const;
    return this.#path(
      connectionId === undefined ? company : `${company}/connections/${connectionId}/start`,
    );
  }

  #path(path: Path): Path {
    return `${this.#prefix}${path}` as Path;
  }

  #answer(c: Context, page: Html, status = 200): Response {
    return c.html(page, status as ContentfulStatusCode);
  }
}

/** Returns the form fields that carry a link from page to page. The code signs the redirect URL without containing it. */
function fieldsOf({ code }: LinkVisit, { redirectUrl }: Link, parameters: Parameters): LinkFields {
  const custom = Object.entries(parameters);
  if (code === undefined) return custom;
  const redirect = redirectUrl === null ? [] : [['redirectUrl', redirectUrl] as const];
  return [['code', code], ...redirect, ...custom];
}
