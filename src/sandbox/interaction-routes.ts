import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { InteractionResults, Provider } from 'oidc-provider';
import { SessionNotFound } from 'oidc-provider/lib/helpers/errors.js';
import { demoAccount, type DemoAccount } from './data/accounts.ts';
import { isFromElsewhere, readForm } from '../web/form.ts';
import { pageHeaders } from '../web/response-headers.ts';
import { consentPage } from './pages/consent.ts';
import { pageForm } from './page-fault.ts';
import { foreignFormPage } from './pages/problem.ts';
import type { RecentAnswers } from './provider-pages.ts';
import { signInPage } from './pages/sign-in.ts';
import { platformOf, type Platform } from './data/platforms.ts';

type Env = { Bindings: HttpBindings };

/** An application's authorization request. */
interface Asked {
  readonly uid: string;
  readonly platform: Platform;
  readonly scopes: readonly string[];
}

/**
 * Routes for sign-in and consent, which are one interaction of the library. The consent form repeats the account, so
 * that after going back, or in a second tab, the account shown is the one that is used.
 */
export function interactionRoutes(
  provider: Provider,
  answers: RecentAnswers,
  application: string,
): Hono<Env> {
  return new Hono<Env>()
    .get('/:uid', async (c) => {
      const asked = await whatIsAsked(c);
      const chosen = demoAccount(c.req.query('account'))?.id;
      return c.html(signInPage({ ...asked, application, chosen }));
    })
    .get('/:uid/consent', async (c) => {
      const asked = await whatIsAsked(c);
      const account = demoAccount(c.req.query('account'));
      if (!account) return c.redirect(`/interaction/${asked.uid}`, 303);
      // No `form-action`: some browsers apply it to redirects after a form, and would not return to the application.
      return c.html(consentPage({ ...asked, application, account }), 200, pageHeaders());
    })
    .post('/:uid/consent', pageForm, async (c) => {
      if (isFromElsewhere(c)) return c.html(foreignFormPage(), 403);
      const asked = await whatIsAsked(c).catch((error: unknown) => {
        // The second click of a double click may arrive after the first has ended the interaction.
        const answered = error instanceof SessionNotFound && answers.get(c.req.param('uid'));
        if (answered) return answered;
        throw error;
      });
      if (typeof asked === 'string') return c.redirect(asked, 303);
      const form = await readForm(c);
      const account = demoAccount(form.get('account'));
      if (!account) return c.redirect(`/interaction/${asked.uid}`, 303);
      const result = form.get('decision') === 'allow' ? await allow(asked, account) : refusal;
      const { incoming, outgoing } = c.env;
      return c.redirect(await provider.interactionResult(incoming, outgoing, result), 303);
    });

  async function whatIsAsked(c: Context<Env>): Promise<Asked> {
    const { uid, params } = await provider.interactionDetails(c.env.incoming, c.env.outgoing);
    const platform = platformOf(params['client_id']);
    if (!platform || uid !== c.req.param('uid')) throw new SessionNotFound('another interaction');
    return { uid, platform, scopes: String(params['scope']).split(' ') };
  }

  async function allow({ platform, scopes }: Asked, { id }: DemoAccount) {
    const grant = new provider.Grant({ accountId: id, clientId: platform.clientId });
    grant.addOIDCScope([...scopes]);
    const grantId = await grant.save();
    return {
      login: { accountId: id, remember: false },
      consent: { grantId },
    } satisfies InteractionResults;
  }
}

const refusal = {
  error: 'access_denied',
  error_description: 'The access was refused',
} satisfies InteractionResults;
