import type { SourceType } from '../../../domain/source-type.ts';
import { html, type Html } from '../../../web/html.ts';
import { onward } from './icons.ts';
import type { Path } from './layout.ts';
import { linkFields, type LinkFields } from './link-fields.ts';
import { monogram } from './monogram.ts';
import { sourceTypeHeadings } from './wording.ts';

/** A platform as the page shows it. */
interface Platform {
  /** The key of the platform's integration. */
  readonly key: string;
  readonly name: string;
  /** Why the user cannot choose it now, such as another active accounting connection; `undefined` if available. */
  readonly unavailable: string | undefined;
}

/** The platforms of one source type. */
export interface PlatformGroup {
  readonly sourceType: SourceType;
  readonly platforms: readonly Platform[];
}

interface Choice {
  readonly action: Path;
  readonly fields: LinkFields;
  readonly search: string;
}

/** Renders a button for each platform of a source type. The form posts the pressed button as `integrationKey`. */
export function platformGroup({ sourceType, platforms }: PlatformGroup, choice: Choice): Html {
  const heading = html`<h3 id="platforms-${sourceType}">${sourceTypeHeadings[sourceType]}</h3>`;
  const reason = commonReason(platforms);
  if (reason !== undefined) return unavailableGroup(heading, reason, platforms, choice);
  return html`<form
    class="group"
    method="post"
    action="${choice.action}"
    aria-labelledby="platforms-${sourceType}"
  >
    ${heading} ${linkFields(choice.fields)}
    <ul class="platforms">
      ${platforms.map((platform) => html`<li>${card(platform)}</li>`)}
    </ul>
  </form>`;
}

/** Returns the reason that makes all platforms unavailable, if it is the same for all. */
function commonReason(platforms: readonly Platform[]): string | undefined {
  const [reason, ...others] = new Set(platforms.map(({ unavailable }) => unavailable));
  return others.length === 0 ? reason : undefined;
}

/** Renders the reason once and folds the platforms away, so that the available ones are easier to see. */
function unavailableGroup(
  heading: Html,
  reason: string,
  platforms: readonly Platform[],
  { search }: Choice,
): Html {
  const list = html`<ul class="platforms">
    ${platforms.map(({ name }) => html`<li>${tile({ name, reason: undefined })}</li>`)}
  </ul>`;
  return html`<div class="group">
    ${heading}
    <p class="reason">${reason}</p>
    ${
      // A user who searched for a platform expects to see it.
      search === '' ? folded(list, platforms.length) : list
    }
  </div>`;
}

function folded(list: Html, count: number): Html {
  return html`<details>
    <summary>${count === 1 ? 'Show the platform' : `Show the ${count} platforms`}</summary>
    ${list}
  </details>`;
}

function card({ key, name, unavailable }: Platform): Html {
  if (unavailable !== undefined) return tile({ name, reason: unavailable });
  return html`<button class="platform" type="submit" name="integrationKey" value="${key}">
    ${monogram(name)}
    <span><span class="visually-hidden">Connect </span><bdi>${name}</bdi></span>
    ${onward}
  </button>`;
}

/** Renders an unavailable platform. Not a disabled button: keyboard focus would skip it and its reason. */
function tile({ name, reason }: { name: string; reason: string | undefined }): Html {
  return html`<div class="platform unavailable">
    ${monogram(name)}
    <span
      ><bdi>${name}</bdi>${
        reason !== undefined && html` <span class="reason">${reason}</span>`
      }</span
    >
  </div>`;
}
