import { execFileSync } from 'node:child_process';

/** Builds the product once before all tests: those that spawn a process run what a user runs. */
export default function setup() {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
