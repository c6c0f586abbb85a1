import { html, type Html } from '../../web/html.ts';
import type { DemoAccount } from '../data/accounts.ts';
import { inWords, type Platform } from '../data/platforms.ts';
import { layout } from './layout.ts';

/** The page where users allow or refuse an application's request. */
export function consentPage({
  platform,
  application,
  account,
  scopes,
  uid,
}: {
  readonly platform: Platform;
  readonly application: string;
  readonly account: DemoAccount;
  readonly scopes: readonly string[];
  readonly uid: string;
}): Html {
  return layout({
    title: `Allow access to ${platform.name}`,
    content: html`
      <p class="platform">${platform.name}</p>
      <h1>Allow ${application} to access ${account.name}?</h1>
      <h2 id="asked">${application} will be able to</h2>
      <ul class="permissions" aria-labelledby="asked">
        ${inWords(scopes).map((permitted) => html`<li>${permitted}</li>`)}
      </ul>
      <p class="hint">
        You can revoke this access at any time under
        <a href="/connected-apps" target="_blank" rel="noopener">Connected apps</a>.
      </p>
      <form method="post" action="/interaction/${uid}/consent">
        <input type="hidden" name="account" value="${account.id}" />
        <div class="actions">
          <button class="primary" name="decision" value="allow">Allow</button>
          <button name="decision" value="refuse">Refuse</button>
        </div>
      </form>
      <p class="aside">
        Signed in as <strong>${account.name}</strong>.
        <a href="/interaction/${uid}?account=${account.id}">Use another account</a>
      </p>
    `,
  });
}
