// The headers that every answer carries, errors included. This service serves data, never pages, so they forbid everything
// that a browser might do with an answer.
import type { FastifyInstance } from 'fastify';
import type { Environment } from './config.ts';

export type Headers = Readonly<Record<string, string>>;

export function securityHeaders(environment: Environment): Headers {
  const headers = {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
  // Staging and production stand behind TLS; on a developer's machine this would lock the browser out of http://localhost.
  if (environment === 'development') return headers;
  return { ...headers, 'strict-transport-security': 'max-age=31536000; includeSubDomains' };
}

export function setHeaders(app: FastifyInstance, headers: Headers): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
