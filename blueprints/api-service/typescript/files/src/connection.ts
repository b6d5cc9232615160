// What Node.js answers by itself, before the framework sees a request: broken HTTP, headers that are too large or too slow.
// Those answers get the same form and the same headers as all others.
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyHttpOptions, FastifyInstance, FastifyServerOptions } from 'fastify';
import type { Lifecycle } from './health.ts';
import { Problem, problemOf } from './problem.ts';
import type { Headers } from './security-headers.ts';

const bodyLimitBytes = 64 * 1024;
const headerLimitBytes = 16 * 1024;
const slowestHeadersMs = 5_000;
const backstopMs = 1_000;

export function connectionLimits(requestTimeoutSeconds: number) {
  const headersTimeout = Math.min(slowestHeadersMs, requestTimeoutSeconds * 1_000);
  // Only a backstop for the time limit of a request (time-limit.ts), which begins when the headers are there: a request
  // that does not end, or a connection on which nothing moves because the caller does not read the answer.
  const requestTimeout = headersTimeout + requestTimeoutSeconds * 1_000 + backstopMs;
  return {
    bodyLimit: bodyLimitBytes,
    requestTimeout,
    connectionTimeout: requestTimeout,
    http: {
      headersTimeout,
      requestTimeout,
      connectionsCheckingInterval: 500,
      maxHeaderSize: headerLimitBytes,
      // Checked in `refuseUnclearRequests`, so that the answer has the form of all others.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: headerLimitBytes },
    // See `closeWhenDraining`.
    return503OnClosing: false,
  } satisfies FastifyHttpOptions<Server>;
}

/** An address that cannot be decoded is treated as an unknown path, so that nothing gets past the hooks. */
export function readableUrl({ url }: { url?: string | undefined }): string {
  try {
    decodeURI(url ?? '/');
    return url ?? '/';
  } catch {
    return '/(unreadable)';
  }
}

/** While the service stops, what is under way on a connection is answered, and the connection closed after it. */
export function closeWhenDraining(app: FastifyInstance, lifecycle: Lifecycle): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (lifecycle.draining) reply.header('connection', 'close');
    done(null, payload);
  });
}

export function refuseUnclearRequests(app: FastifyInstance): void {
  // Node.js would answer an unknown `Expect` header by itself. It is ignored: the service has nothing to promise.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.addHook('onRequest', (request, _reply, done) => {
    const missing = request.raw.httpVersion === '1.1' && request.headers.host === undefined;
    done(missing ? new Problem(400, 'The header "Host" is missing.') : undefined);
  });
}

const statusOfCode: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

export function clientErrorHandler(securityHeaders: Headers): NonNullable<FastifyServerOptions['clientErrorHandler']> {
  return function answer(this: FastifyInstance, error: Error & { code?: string }, socket: Socket): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const problem = problemOf(statusOfCode[error.code ?? ''] ?? 400);
    const requestId = randomUUID();
    const body = problem.body();
    const headers = {
      ...securityHeaders,
      'x-request-id': requestId,
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
    };
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const status = `HTTP/1.1 ${String(problem.status)} ${STATUS_CODES[problem.status] ?? ''}\r\n`;
    this.log.info({ requestId, status: problem.status, code: error.code }, 'request not readable');
    socket.end(`${status}${head.join('')}\r\n${body}`);
  };
}
