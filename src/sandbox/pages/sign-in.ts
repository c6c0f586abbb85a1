import { html, type Html } from '../../web/html.ts';
import { demoAccounts } from '../data/accounts.ts';
import type { Platform } from '../data/platforms.ts';
import { layout } from './layout.ts';

/** The page where users choose the business to sign in as. */
export function signInPage({
  platform,
  application,
  uid,
  chosen = demoAccounts[0]?.id,
}: {
  readonly platform: Platform;
  readonly application: string;
  readonly uid: string;
  /** The id of the account that is preselected. */
  readonly chosen?: string | undefined;
}): Html {
  return layout({
    title: `Sign in to ${platform.name}`,
    content: html`
      <p class="platform">${platform.name}</p>
      <h1>Sign in</h1>
      <p>
        <strong>${application}</strong> would like to connect to a business that keeps its data
        here. Which business are you?
      </p>
      <form method="get" action="/interaction/${uid}/consent">
        <fieldset>
          <legend>Demo businesses</legend>
          ${demoAccounts.map(
            ({ id, name, trade }) => html`
              <label class="choice">
                <input
                  type="radio"
                  name="account"
                  value="${id}"
                  required
                  ${id === chosen ? html`checked` : ''}
                />
                <span><strong>${name}</strong><small>${trade}</small></span>
              </label>
            `,
          )}
        </fieldset>
        <p class="hint">No password is needed in the sandbox.</p>
        <div class="actions"><button class="primary">Sign in</button></div>
      </form>
    `,
  });
}
