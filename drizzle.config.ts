import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/store/sqlite/schema/schema.ts',
  out: './src/store/sqlite/schema/migrations',
});
