import type { Instant } from '../../../domain/instant.ts';
import { formatInstant } from '../../../domain/instant.ts';
import type { SourceType } from '../../../domain/source-type.ts';
import type { ConnectionStatus } from '../../../domain/status.ts';
import { html } from '../../../web/html.ts';

/** What platforms of a source type are listed under. */
export const sourceTypeHeadings: Record<SourceType, string> = {
  Accounting: 'Accounting',
  Banking: 'Banking',
  BankFeed: 'Bank feeds',
  Commerce: 'Commerce',
  Expense: 'Expenses',
  Other: 'Other',
  Unknown: 'Not classified',
};

/** What a platform of a source type shares. What exactly, only the platform's consent page can tell. */
export const sourceTypeData: Record<SourceType, string> = {
  Accounting: 'accounting data',
  Banking: 'banking data',
  BankFeed: 'bank feed',
  Commerce: 'commerce data',
  Expense: 'expense data',
  Other: 'data',
  Unknown: 'data',
};

/** A status as the company's people would say it. */
export const statusWords: Record<ConnectionStatus, string> = {
  PendingAuth: 'Not finished',
  Linked: 'Connected',
  Unlinked: 'Disconnected',
  Deauthorized: 'Access expired or withdrawn',
};

const dateFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** The day of a moment, in UTC: without a script, nobody knows where its reader is. */
export function day(instant: Instant) {
  return html`<time datetime="${formatInstant(instant)}">${dateFormat.format(instant)}</time>`;
}
