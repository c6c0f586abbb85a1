/** How long a browser may use a link after it starts to, in ms. */
export const takenMs = 60 * 60 * 1000;

/** How long the user may take at the platform, in ms. Long enough to sign up there. */
export const authorizationMs = 60 * 60 * 1000;
