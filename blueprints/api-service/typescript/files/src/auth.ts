// Deny by default: a request without a valid token is refused on every route that does not say `public: true`, and on
// every path that is no route. So a new route is protected before anyone thinks of it.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';
import { subjectOf, type Token } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The subject of the caller's token, or null where there is no valid token. */
    caller: string | null;
  }
  interface FastifyContextConfig {
    /** Answers without a token. Only for what anyone on the network may know. */
    public?: boolean;
  }
}

function unauthorized(): Problem {
  const detail = 'A valid access token is needed: send it as "Authorization: Bearer TOKEN".';
  return new Problem(401, detail, { headers: { 'www-authenticate': 'Bearer' } });
}

/** Says who calls. Refusing is a step of its own (`requireCaller`), so that the rate limit can stand between the two. */
export function identifyCaller(app: FastifyInstance, tokens: readonly Token[]): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', (request, _reply, done) => {
    request.caller = subjectOf(tokens, request.headers.authorization);
    done();
  });
}

export function requireCaller(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const allowed = request.caller !== null || request.routeOptions.config.public === true;
    done(allowed ? undefined : unauthorized());
  });
}

/** For routes that act in the name of their caller. */
export function callerOf(request: FastifyRequest): string {
  if (request.caller === null) throw unauthorized();
  return request.caller;
}
