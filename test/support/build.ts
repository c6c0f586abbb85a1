import { execFileSync } from 'node:child_process';

/** Builds the product once before all tests: tests that spawn a process run the built product. */
export default function setup() {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
