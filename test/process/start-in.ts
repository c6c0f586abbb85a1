import { runCommand, type Running } from '../support/process.ts';

/** A gateway that was started as a new user does, and its output. */
export interface Started extends Running {
  readonly url: string;
  readonly welcome: string;
}

/** Starts a gateway in a folder, on the default database unless `env` gives another one. */
export async function startIn(folder: string, env: Record<string, string> = {}): Promise<Started> {
  const running = runCommand([], { cwd: folder, env: { PORT: '0', ...env } });
  const welcome = await new Promise<string>((resolve, reject) => {
    let output = '';
    running.child.stdout?.on('data', (text: string) => {
      output += text;
      if (/^ {2}curl .*\n/m.test(output)) resolve(output);
    });
    void running.finished.then(({ stderr }) => reject(new Error(`it did not start: ${stderr}`)));
  });
  const url = /ready at (http:\/\/\S+)\/graphql$/m.exec(welcome)?.[1] ?? '';
  return { ...running, url, welcome };
}

/** Sends SIGTERM to a gateway and waits for it to end. */
export async function stop({ child, finished }: Running) {
  child.kill('SIGTERM');
  return finished;
}
