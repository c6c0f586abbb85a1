import type { SourceType } from '../../../domain/source-type.ts';
import type { ConnectionStatus } from '../../../domain/status.ts';
import { html, type Html } from '../../../web/html.ts';
import { layout, type Path, type Site } from './layout.ts';
import { linkFields, type LinkFields } from './link-fields.ts';
import { monogram } from './monogram.ts';
import { sourceTypeData, sourceTypeHeadings } from './wording.ts';

/** The last page before the user goes to the platform. */
export interface ConfirmPage {
  readonly companyName: string;
  readonly platformName: string;
  readonly sourceType: SourceType;
  readonly status: ConnectionStatus;
  /** The path that the confirmation is posted to. */
  readonly action: Path;
  /** The parameters of the link's URL, which the form sends. */
  readonly fields: LinkFields;
  /** Whether the user must choose the same account at the platform as before. */
  readonly sameAccount: boolean;
}

export function confirmPage(page: ConfirmPage, site: Site): Html {
  const { companyName, platformName, sourceType, status, action, fields, sameAccount } = page;
  const { title, note } = intents[status];
  const platform = html`<bdi>${platformName}</bdi>`;
  const main = html`<div class="card">
    <p class="pair">${monogram(companyName)}<span class="tie"></span>${monogram(platformName)}</p>
    <h1>${title(platform)}</h1>
    ${note !== undefined && html`<p class="notice">${note(platform)}</p>`}
    <dl class="facts">
      ${fact('Company', companyName)} ${fact('Platform', platformName)}
      ${fact('Kind of platform', sourceTypeHeadings[sourceType])}
      ${site.applicationName !== undefined && fact('Shared with', site.applicationName)}
    </dl>
    <h2>What happens next</h2>
    <ol class="steps">
      <li>
        You sign in on the pages of ${platform}.
        ${sameAccount && html`Please use the same account as before.`}
      </li>
      <li>You see there what will be shared, and choose whether to allow it.</li>
      <li>
        If you agree, ${reader(site)} can read the company’s ${sourceTypeData[sourceType]} until you
        withdraw the access. Either way, you are sent back afterwards.
      </li>
    </ol>
    <form method="post" action="${action}">
      ${linkFields(fields)}
      <button class="button primary" type="submit" name="confirm" value="yes">
        Continue to <bdi>${platformName}</bdi>
      </button>
    </form>
    <p class="aside">
      If you did not expect this page, close it. Nothing changes unless you continue.
    </p>
  </div>`;
  return layout(site, { title: `Connect ${platformName}`, narrow: true, main });
}

function reader({ applicationName }: Site): Html {
  return applicationName === undefined
    ? html`the person who sent you this link`
    : html`<bdi>${applicationName}</bdi>`;
}

interface Intent {
  readonly title: (platform: Html) => Html;
  readonly note?: (platform: Html) => Html;
}

/** The title and note for linking a connection in each status. */
const intents: Record<ConnectionStatus, Intent> = {
  PendingAuth: { title: (platform) => html`Connect ${platform}` },
  Linked: {
    title: (platform) => html`Renew access to ${platform}`,
    note: (platform) => html`${platform} is connected. The connection stays while you renew it.`,
  },
  Unlinked: {
    title: (platform) => html`Connect ${platform} again`,
    note: (platform) => html`${platform} was connected before, but is now disconnected.`,
  },
  Deauthorized: {
    title: (platform) => html`Renew access to ${platform}`,
    note: (platform) => html`The earlier access to ${platform} has expired or was withdrawn.`,
  },
};

function fact(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd><bdi>${value}</bdi></dd>
  </div>`;
}
