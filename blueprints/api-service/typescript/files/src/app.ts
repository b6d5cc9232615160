// Puts the service together. The order of the steps is the order in which a request passes them.
import Fastify, { type FastifyInstance } from 'fastify';
import { identifyCaller, requireCaller } from './auth.ts';
import type { Config } from './config.ts';
import {
  clientErrorHandler,
  closeWhenDraining,
  connectionLimits,
  readableUrl,
  refuseUnclearRequests,
} from './connection.ts';
import { addHealthRoutes, type Lifecycle } from './health.ts';
import { acceptJsonOnly } from './json-body.ts';
import { loggingOptions, logRequests, type LogStream } from './logging.ts';
import { addNoteRoutes } from './notes/routes.ts';
import type { NoteStore } from './notes/store.ts';
import { answerErrorsAsProblems } from './problem.ts';
import { limitRate } from './rate-limit.ts';
import { securityHeaders, setHeaders } from './security-headers.ts';
import { limitTime } from './time-limit.ts';

export interface Parts {
  readonly config: Config;
  readonly notes: NoteStore;
  readonly lifecycle: Lifecycle;
  readonly logStream: LogStream;
}

export async function buildApp({ config, notes, lifecycle, logStream }: Parts): Promise<FastifyInstance> {
  const headers = securityHeaders(config.environment);
  const app = Fastify({
    ...loggingOptions(config.logLevel, logStream),
    ...connectionLimits(config.requestTimeoutSeconds),
    clientErrorHandler: clientErrorHandler(headers),
    rewriteUrl: readableUrl,
  });
  answerErrorsAsProblems(app);
  acceptJsonOnly(app);

  logRequests(app);
  setHeaders(app, headers);
  closeWhenDraining(app, lifecycle);
  limitTime(app, config.requestTimeoutSeconds);
  refuseUnclearRequests(app);
  identifyCaller(app, config.tokens);
  await limitRate(app, config.rateLimitPerMinute);
  requireCaller(app);

  addHealthRoutes(app, lifecycle, notes);
  addNoteRoutes(app, notes);
  return app;
}
