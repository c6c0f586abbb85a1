import { html } from '../../../web/html.ts';

// The icons are decoration, hidden from screen readers: the text beside each says the same. Same colour as the text.

/** Two links of a chain. */
export const mark = html`<svg
  class="mark"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2.5"
  aria-hidden="true"
>
  <rect x="1.5" y="7" width="12" height="10" rx="5" />
  <rect x="10.5" y="7" width="12" height="10" rx="5" />
</svg>`;

/** A tick in a circle. */
export const success = html`<svg
  class="icon"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
  aria-hidden="true"
>
  <circle cx="12" cy="12" r="10" />
  <path d="m7.5 12.5 3 3 6-6.5" />
</svg>`;

/** An exclamation mark in a circle. */
export const attention = html`<svg
  class="icon"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  aria-hidden="true"
>
  <circle cx="12" cy="12" r="10" />
  <path d="M12 7v6M12 16.75v.25" />
</svg>`;

/** A chevron that points in the reading direction. */
export const onward = html`<svg
  class="onward"
  viewBox="0 0 16 16"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
  aria-hidden="true"
>
  <path d="m6 3 5 5-5 5" />
</svg>`;
