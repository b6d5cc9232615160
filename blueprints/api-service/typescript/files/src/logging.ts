// Logs as JSON lines on stdout: one for each request, whatever became of it. A line holds the route, not the address that
// was asked for, and never a header or a body, so that no token and no content reaches a log.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { LogLevel } from './config.ts';

export interface LogStream {
  write(line: string): void;
}

const requestIdPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** Takes over the id that a proxy or a caller gave, where it is harmless, so that one request can be followed through. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
}

export function loggingOptions(level: LogLevel, stream: LogStream): FastifyServerOptions {
  return {
    logger: {
      level,
      stream,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label: string) => ({ level: label }) },
    },
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdOf,
  };
}

function logRequest(request: FastifyRequest, reply: FastifyReply, message: string): void {
  const line = {
    method: request.method,
    path: request.routeOptions.url ?? '(no such route)',
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 100) / 100,
    caller: request.caller,
  };
  request.log[reply.statusCode < 500 ? 'info' : 'error'](line, message);
}

export function logRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    const aborted = () => {
      logRequest(request, reply, 'request aborted');
    };
    // A connection that closes before its answer is finished: the caller left, or was cut off.
    reply.raw.once('close', aborted);
    reply.raw.once('finish', () => {
      reply.raw.off('close', aborted);
      logRequest(request, reply, 'request');
    });
    done();
  });
}
