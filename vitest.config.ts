import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vite would load graphql's ES module build beside the CommonJS one that Node gives to every library, and graphql
  // refuses a schema that the other one made.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/look-for-chromium.ts', 'test/support/build.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
