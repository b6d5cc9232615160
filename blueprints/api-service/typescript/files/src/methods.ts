// A path that exists, asked for with a method it does not have, answers 405 and says which it has.
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.ts';

export function refuseOtherMethods(app: FastifyInstance, url: string, allowed: readonly string[]): void {
  app.route({
    method: app.supportedMethods.filter((method) => !allowed.includes(method)),
    url,
    handler: ({ method }) => {
      const headers = { allow: allowed.join(', ') };
      throw new Problem(405, `${method} is not possible here, only ${headers.allow}.`, { headers });
    },
  });
}
