import type { Instant } from '../../../domain/instant.ts';
import { formatInstant } from '../../../domain/instant.ts';
import type { SourceType } from '../../../domain/source-type.ts';
import type { ConnectionStatus } from '../../../domain/status.ts';
import { html } from '../../../web/html.ts';

/** The heading for platforms of each source type. */
export const sourceTypeHeadings: Record<SourceType, string> = {
  Accounting: 'Accounting',
  Banking: 'Banking',
  BankFeed: 'Bank feeds',
  Commerce: 'Commerce',
  Expense: 'Expenses',
  Other: 'Other',
  Unknown: 'Not classified',
};

/** The data that platforms of each source type share. Only the platform's consent page says exactly what. */
export const sourceTypeData: Record<SourceType, string> = {
  Accounting: 'accounting data',
  Banking: 'banking data',
  BankFeed: 'bank feed',
  Commerce: 'commerce data',
  Expense: 'expense data',
  Other: 'data',
  Unknown: 'data',
};

/** The name of each status in the words of the company's people. */
export const statusWords: Record<ConnectionStatus, string> = {
  PendingAuth: 'Not finished',
  Linked: 'Connected',
  Unlinked: 'Disconnected',
  Deauthorized: 'Access expired or withdrawn',
};

const dateFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** Renders the day of an instant, in UTC: without a script, the user's time zone is unknown. */
export function day(instant: Instant) {
  return html`<time datetime="${formatInstant(instant)}">${dateFormat.format(instant)}</time>`;
}
