import { html, type Html } from '../../web/html.ts';
import { layout } from './layout.ts';

/** Says that an application's request cannot be granted. */
export function refusedPage(code: string, description?: string): Html {
  return problemPage(
    'This request cannot be granted',
    [
      explanations[code] ??
        'The application that sent you here asked for something that is not possible.',
      'Go back to it and start again.',
    ],
    `${code}${description === undefined ? '' : `: ${description}`}`,
  );
}

/** Says that the sign-in of a page has ended. */
export function endedPage(): Html {
  return problemPage('This sign-in has ended', [
    'It was finished or left for too long.',
    'Go back to the application that sent you here and start again.',
  ]);
}

/** Says that a form was not sent from its own page. */
export function foreignFormPage(): Html {
  return problemPage('Nothing was changed', [
    'The form was not sent from this page, or the page was too old. Open the page again and repeat it there.',
  ]);
}

/** Says that a form is too large. */
export function tooLargePage(): Html {
  return problemPage('Nothing was changed', ['The form is too large.']);
}

/** Says that the page does not exist. */
export function notFoundPage(): Html {
  return problemPage('There is nothing here', ['The address may be mistyped.']);
}

/** Says that the sandbox has failed. */
export function faultPage(): Html {
  return problemPage('Something went wrong', ['That is the sandbox’s fault. Try again.']);
}

const explanations: Readonly<Record<string, string>> = {
  invalid_client: 'The application that sent you here is not known.',
  invalid_redirect_uri:
    'The application that sent you here wants its answer at an address that it did not register.',
  server_error: 'Something went wrong inside.',
};

function problemPage(title: string, sentences: readonly string[], detail?: string): Html {
  return layout({
    title,
    content: html`
      <h1>${title}</h1>
      ${sentences.map((sentence) => html`<p>${sentence}</p>`)}
      ${detail === undefined ? '' : html`<p class="hint"><code>${detail}</code></p>`}
    `,
  });
}
