// Is the process alive (healthz), and may it get requests (readyz)?
import type { FastifyInstance, FastifyReply } from 'fastify';
import { refuseOtherMethods } from './methods.ts';

export interface Lifecycle {
  /** True from the moment the service was told to stop. */
  draining: boolean;
}

export interface Pingable {
  /** Throws where the database cannot be read. */
  ping(): void;
}

function notReady(reply: FastifyReply, reason: string): FastifyReply {
  return reply.code(503).send({ status: 'not ready', reason });
}

export function addHealthRoutes(app: FastifyInstance, lifecycle: Lifecycle, database: Pingable): void {
  const config = { public: true };
  app.get('/healthz', { config }, () => ({ status: 'ok' }));
  app.get('/readyz', { config }, (request, reply) => {
    if (lifecycle.draining) return notReady(reply, 'draining');
    try {
      database.ping();
    } catch (error) {
      request.log.error({ err: error }, 'database unreachable');
      return notReady(reply, 'database unreachable');
    }
    return { status: 'ready' };
  });
  for (const path of ['/healthz', '/readyz']) refuseOtherMethods(app, path, ['GET', 'HEAD']);
}
