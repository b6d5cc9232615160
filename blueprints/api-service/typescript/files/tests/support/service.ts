// A whole service in memory for one test: real routes, real hooks, real SQLite, no network.
import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { openDatabase } from '../../src/database.ts';
import { NoteStore } from '../../src/notes/store.ts';

export type LogLine = Record<string, unknown>;

export interface TestService {
  readonly app: FastifyInstance;
  readonly lifecycle: { draining: boolean };
  readonly log: () => LogLine[];
  readonly rawLog: () => string;
  readonly breakDatabase: () => void;
  /** Sends a request as alice, unless told otherwise. */
  readonly send: (request: InjectOptions & { caller?: Caller }) => Promise<LightMyRequestResponse>;
}

export type Caller = 'alice' | 'bob' | 'nobody';

/** Made anew in every run, so that no token lies in the repository. */
export const tokens = {
  alice: randomBytes(32).toString('hex'),
  bob: randomBytes(32).toString('hex'),
  nobody: randomBytes(32).toString('hex'),
};

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export const tokenLines = [`alice:${hashOf(tokens.alice)}`, `bob:${hashOf(tokens.bob)}`];

export function testConfig(changes: Partial<Config> = {}): Config {
  const result = readConfig({ DATABASE_PATH: ':memory:', PORT: '0', API_TOKENS: tokenLines.join(',') });
  if (!result.ok) throw new Error('the configuration of the tests has faults');
  return { ...result.config, ...changes };
}

export async function startTestService(changes: Partial<Config> = {}): Promise<TestService> {
  const config = testConfig(changes);
  const database = openDatabase(config.databasePath);
  const lines: string[] = [];
  const lifecycle = { draining: false };
  const logStream = { write: (line: string) => void lines.push(line) };
  const app = await buildApp({ config, notes: new NoteStore(database), lifecycle, logStream });
  onTestFinished(async () => {
    await app.close();
    if (database.isOpen) database.close();
  });
  return {
    app,
    lifecycle,
    log: () => lines.map((line) => JSON.parse(line) as LogLine),
    rawLog: () => lines.join(''),
    breakDatabase: () => {
      database.close();
    },
    send: ({ caller = 'alice', ...request }) =>
      app.inject({ ...request, headers: { authorization: `Bearer ${tokens[caller]}`, ...request.headers } }),
  };
}

/** For requests that carry no token at all. */
export async function sendWithoutToken(service: TestService, request: InjectOptions): Promise<LightMyRequestResponse> {
  return service.app.inject(request);
}
