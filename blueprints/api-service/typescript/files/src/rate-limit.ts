// Limits how often one caller (else one address) may ask. The health routes are left out: what watches the service must
// not be told that it is down because it asked too often.
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.ts';

export async function limitRate(app: FastifyInstance, perMinute: number): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    max: perMinute,
    timeWindow: '1 minute',
    keyGenerator: ({ caller, ip }) => (caller === null ? `address:${normalizeIP(ip)}` : `caller:${caller}`),
  });
  const check = app.createRateLimit();
  // A hook rather than the plugin's own, which counts routes only: unknown paths count here too.
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.public === true) return;
    const limit = await check(request);
    if (limit.isAllowed || !limit.isExceeded) return;
    const headers = { 'retry-after': String(limit.ttlInSeconds) };
    throw new Problem(429, `At most ${String(perMinute)} requests a minute are allowed.`, { headers });
  });
}
