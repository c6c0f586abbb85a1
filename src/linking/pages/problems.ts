import type { StartRefusal } from '../flow/start-authorization.ts';
import type { LinkRefusal } from '../flow/links.ts';
import type { ProblemPage } from './views/problem-page.ts';

/** The errors of the link pages, for a company's people. Without a valid link, none reveals which records exist. */
export const problems = {
  unknown: {
    status: 404,
    title: 'This link is not valid',
    message: 'Please check that the address is complete, or ask for a new link.',
  },
  gone: {
    status: 410,
    title: 'This link can no longer be used',
    message: 'It was already used or has expired. Please ask for a new one.',
  },
  deleted: {
    status: 404,
    title: 'This connection no longer exists',
    message: 'The connection was deleted. To connect the platform, please ask for a new link.',
  },
  notEnabled: {
    status: 409,
    title: 'This platform cannot be connected at the moment',
    message: 'Please choose another one, or ask the person who sent you this link.',
  },
  activeExists: {
    status: 409,
    title: 'Another connection of this kind is active',
    message: 'Only one can be connected at a time. Disconnect the other one first.',
  },
  tooManyConnections: {
    status: 409,
    title: 'No more connections can be added',
    message:
      'Your company has as many connections as it can have. Please ask the person who sent you this link to delete one.',
  },
  platformFailed: {
    status: 502,
    title: 'The platform does not respond',
    message: 'Nothing has changed. Please try again in a few minutes; this link can still be used.',
  },
  noCookie: {
    status: 400,
    title: 'Your browser did not accept a cookie',
    message:
      'To connect a platform, your browser must accept cookies from this site. Please allow them, then open the link again.',
  },
  foreignForm: {
    status: 403,
    title: 'This request came from another site',
    message: 'Please open the link again, and continue from there.',
  },
  notUnderWay: {
    status: 410,
    title: 'This authorization is no longer active',
    message:
      'It has expired, was started in another browser, or never ended. Please open the link again.',
  },
  unusableParameter: {
    status: 400,
    title: 'This link is not valid',
    message: 'A part of its address is too long or not allowed. Please ask for a new link.',
  },
  malformed: {
    status: 400,
    title: 'This request is not valid',
    message: 'Please open the link again, and continue from there.',
  },
  tooMany: {
    status: 429,
    title: 'There were too many requests',
    message: 'Please wait a minute, then try again.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side',
    message: 'Please try again in a moment.',
  },
  busy: {
    status: 503,
    title: 'We are busy at the moment',
    message: 'Please try again in a moment.',
  },
} as const satisfies Record<string, ProblemPage>;

/** The problem page for each reason that a link cannot be used. */
export const problemOfLink: Record<LinkRefusal, ProblemPage> = {
  unknown: problems.unknown,
  gone: problems.gone,
};

/** The problem page for each reason that an authorization cannot begin. */
export const problemOfStart: Record<StartRefusal['kind'], ProblemPage> = {
  LinkUnusable: problems.gone,
  NotEnabled: problems.notEnabled,
  ActiveConnectionExists: problems.activeExists,
  TooManyConnections: problems.tooManyConnections,
  UnusableParameter: problems.unusableParameter,
  PlatformFailed: problems.platformFailed,
};
