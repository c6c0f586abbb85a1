/** The program of the reader threads, which was built before the tests. A thread does not compile TypeScript. */
export const threadProgram = new URL('../../dist/list-thread.js', import.meta.url);
