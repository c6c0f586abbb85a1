#!/usr/bin/env node
import { runCommandLine } from './cli/command-line.ts';
import { loadConfig } from './config/config.ts';
import { processTerminal } from './app/terminal.ts';

// Whoever reads the output may have seen enough of it, such as `head`: that is no fault of what is done here.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  terminal: processTerminal,
  loadConfig,
});
