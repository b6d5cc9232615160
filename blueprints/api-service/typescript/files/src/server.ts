// Starts the service and stops it without losing what is in flight.
import type { FastifyInstance } from 'fastify';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { openDatabase } from './database.ts';
import type { LogStream } from './logging.ts';
import { NoteStore } from './notes/store.ts';

export interface RunningService {
  readonly address: string;
  /** Not ready first, then no new connections, then what is in flight is finished or, after the time-out, cut. */
  stop(reason: string): Promise<void>;
}

async function closeWithin(app: FastifyInstance, seconds: number): Promise<void> {
  const timer = setTimeout(() => {
    app.log.warn('the shutdown time-out is over: open connections are cut');
    app.server.closeAllConnections();
  }, seconds * 1_000);
  await app.close();
  clearTimeout(timer);
}

function warnOfMissingTokens(app: FastifyInstance, config: Config): void {
  if (config.tokens.length > 0) return;
  app.log.warn(
    'no tokens are configured, so every call will be refused: run "make token SUBJECT=alice" and set API_TOKENS',
  );
}

export async function startService(config: Config, logStream: LogStream): Promise<RunningService> {
  const database = openDatabase(config.databasePath);
  const lifecycle = { draining: false };
  const app = await buildApp({ config, notes: new NoteStore(database), lifecycle, logStream });
  const stop = async (reason: string) => {
    lifecycle.draining = true;
    app.log.info({ reason }, 'stopping');
    await closeWithin(app, config.shutdownTimeoutSeconds);
    database.close();
    app.log.info('stopped');
  };
  try {
    const address = await app.listen({
      host: config.host,
      port: config.port,
      listenTextResolver: (url) => `listening on ${url}`,
    });
    warnOfMissingTokens(app, config);
    return { address, stop };
  } catch (error) {
    await stop('could not listen');
    throw error;
  }
}
