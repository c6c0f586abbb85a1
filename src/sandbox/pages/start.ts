import { html, type Html } from '../../web/html.ts';
import { demoAccounts } from '../data/accounts.ts';
import { platforms } from '../data/platforms.ts';
import { layout } from './layout.ts';

/** The page that says what the sandbox is. */
export function startPage(issuer: string): Html {
  const discovery = '/.well-known/openid-configuration';
  return layout({
    title: 'About',
    content: html`
      <h1>Connexions sandbox</h1>
      <p>
        A real OAuth 2.0 and OpenID Connect server that stands in for some platforms, so that
        connections can be linked without an account anywhere.
      </p>
      <h2>Platforms</h2>
      <ul>
        ${platforms.map(({ name, permits }) => html`<li><strong>${name}</strong>: ${permits}</li>`)}
      </ul>
      <h2>Demo businesses</h2>
      <ul>
        ${demoAccounts.map(({ name, trade }) => html`<li><strong>${name}</strong>: ${trade}</li>`)}
      </ul>
      <h2>Try</h2>
      <ul>
        <li>
          Open the link of a company in the gateway, choose one of these platforms and allow it.
        </li>
        <li>Revoke the access under <a href="/connected-apps">Connected apps</a>.</li>
        <li>
          For programs: <a href="${discovery}">discovery document</a> of
          <code>${issuer}</code>
        </li>
      </ul>
    `,
  });
}
