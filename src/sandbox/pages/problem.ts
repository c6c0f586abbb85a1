import { html, type Html } from '../../web/html.ts';
import { layout } from './layout.ts';

/** Says that an application's request cannot be granted. */
export function refusedPage(code: string, description?: string): Html {
  return problemPage(
    'This request is not valid',
    [
      explanations.get(code) ?? 'The application that sent you here sent an invalid request.',
      'Go back to it and start again.',
    ],
    `${code}${description === undefined ? '' : `: ${description}`}`,
  );
}

/** Says that the sign-in of a page has ended. */
export function endedPage(): Html {
  return problemPage('This sign-in has ended', [
    'It was already completed or has expired.',
    'Go back to the application that sent you here and start again.',
  ]);
}

/** Says that a form was not sent from its own page. */
export function foreignFormPage(): Html {
  return problemPage('Nothing was changed', [
    'The form was not sent from this page, or the page has expired. Open the page again and retry.',
  ]);
}

/** Says why a request is refused. */
export function requestFaultPage(message: string): Html {
  return problemPage('Nothing was changed', [`${message}.`]);
}

/** Says that the page does not exist. */
export function notFoundPage(): Html {
  return problemPage('Page not found', ['Check that the address is correct.']);
}

/** Says that the sandbox has failed. */
export function faultPage(): Html {
  return problemPage('Something went wrong', ['This is an error in the sandbox. Try again.']);
}

const explanations: ReadonlyMap<string, string> = new Map([
  ['invalid_client', 'The application that sent you here is not registered.'],
  [
    'invalid_redirect_uri',
    'The application that sent you here uses a redirect URL that is not registered.',
  ],
  ['server_error', 'The sandbox had an internal error.'],
]);

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
