#!/usr/bin/env node
import { runCommandLine } from './cli/command-line.ts';
import { loadConfig } from './config/config.ts';
import { processTerminal } from './app/terminal.ts';

// A reader of the output, such as `head`, may close it early. That is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  terminal: processTerminal,
  loadConfig,
});
