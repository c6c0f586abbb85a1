import { html, type Html } from '../../web/html.ts';
import { demoAccounts, type DemoAccount } from '../data/accounts.ts';
import type { LiveGrant } from '../data/grants.ts';
import { platformOf } from '../data/platforms.ts';
import { layout } from './layout.ts';

interface ConnectedApps {
  readonly grants: readonly LiveGrant[];
  readonly application: string;
  /** The token that shows that a form was sent from this page. */
  readonly csrf: string;
  /** A message about the last action, if any. */
  readonly notice?: string | undefined;
}

/** The page where users view and revoke the access that they granted. */
export function connectedAppsPage({ grants, application, csrf, notice }: ConnectedApps): Html {
  return layout({
    title: 'Connected apps',
    content: html`
      <h1>Connected apps</h1>
      <p>
        The access that each demo business has granted. Revoking an access ends all of its tokens at
        once.
      </p>
      <p role="status" class="notice">${notice ?? ''}</p>
      ${demoAccounts.map((account) => {
        const given = grants.filter(({ accountId }) => accountId === account.id);
        return html`
          <section aria-labelledby="${account.id}">
            <h2 id="${account.id}">${account.name}</h2>
            ${
              given.length === 0
                ? html`<p class="hint">Nothing is connected.</p>`
                : html`<ul class="grants">
                    ${given.map((grant) => item(grant, account, application, csrf))}
                  </ul>`
            }
          </section>
        `;
      })}
    `,
  });
}

function item(grant: LiveGrant, account: DemoAccount, application: string, csrf: string): Html {
  const platform = platformOf(grant.clientId)?.name ?? grant.clientId;
  const since = new Date(grant.since * 1000);
  return html`
    <li>
      <p>
        <strong>${application}</strong> reads <strong>${platform}</strong>
        <small>
          since <time datetime="${since.toISOString()}">${moment.format(since)} UTC</time>
        </small>
      </p>
      <form method="post" action="/connected-apps">
        <input type="hidden" name="csrf" value="${csrf}" />
        <input type="hidden" name="grant" value="${grant.id}" />
        <button class="danger">
          Revoke access<span class="unseen">
            of ${application} to ${account.name} at ${platform}, since ${moment.format(since)}</span
          >
        </button>
      </form>
    </li>
  `;
}

const moment = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: 'UTC',
});
