// Runs the real program, as `make run` does, with settings of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { tokenLines } from './service.ts';

export interface Program {
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly kill: (signal: 'SIGTERM' | 'SIGINT') => void;
  /** Waits for a line of the log that holds the text, and gives it. */
  readonly logged: (text: string) => Promise<string>;
  readonly address: () => Promise<string>;
  readonly exitCode: Promise<number | null>;
}

export function runProgram(settings: Readonly<Record<string, string>> = {}): Program {
  const folder = temporaryFolder();
  const env = {
    PORT: '0',
    DATABASE_PATH: join(folder, 'notes.db'),
    API_TOKENS: tokenLines.join(','),
    ...settings,
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/main.ts')], { env, cwd: folder });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = once(child, 'close').then(() => child.exitCode);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exitCode;
  });

  async function logged(text: string): Promise<string> {
    for (;;) {
      const line = stdout.split('\n').find((candidate) => candidate.includes(text));
      if (line !== undefined) return line;
      if (child.exitCode !== null) throw new Error(`the program ended without logging "${text}": ${stdout}${stderr}`);
      await Promise.race([once(child.stdout, 'data'), exitCode]);
    }
  }

  return {
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal) => child.kill(signal),
    logged,
    address: async () => /http:[^"]+/.exec(await logged('listening on'))?.[0] ?? '',
    exitCode,
  };
}
