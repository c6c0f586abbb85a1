import { Hono } from 'hono';
import { isFromElsewhere, readForm } from '../web/form.ts';
import { csrfToken, isOwnForm } from './csrf.ts';
import type { Grants } from './data/grants.ts';
import { connectedAppsPage } from './pages/connected-apps.ts';
import { pageForm } from './page-fault.ts';
import { foreignFormPage } from './pages/problem.ts';

const notices: Readonly<Record<string, string>> = {
  revoked: 'The access was revoked.',
  gone: 'This access had already ended.',
};

/** Routes for viewing and revoking grants. */
export function connectedAppsRoutes(grants: Grants, application: string, csrfKey: string): Hono {
  return new Hono()
    .get('/', (c) => {
      const notice = notices[c.req.query('notice') ?? ''];
      const csrf = csrfToken(c, csrfKey);
      return c.html(connectedAppsPage({ grants: grants.live(), application, csrf, notice }));
    })
    .post('/', pageForm, async (c) => {
      const form = await readForm(c);
      if (isFromElsewhere(c) || !isOwnForm(c, csrfKey, form.get('csrf'))) {
        return c.html(foreignFormPage(), 403);
      }
      const ended = grants.end(form.get('grant') ?? '');
      return c.redirect(`/connected-apps?notice=${ended ? 'revoked' : 'gone'}`, 303);
    });
}
