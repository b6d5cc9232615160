// Bodies are JSON in UTF-8 and nothing else.
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.ts';

export function acceptJsonOnly(app: FastifyInstance): void {
  // Refuses "__proto__" and "constructor.prototype" keys as well, with which a caller could change the program's own objects.
  const parseJson = app.getDefaultJsonParser('error', 'error');
  // Refuses broken UTF-8, which would otherwise be stored with replacement characters.
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const invalid = () => new Problem(400, 'The body must be valid JSON in UTF-8.');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const text = typeof body === 'string' ? body : utf8.decode(body);
      void parseJson(request, text, (error, value) => {
        done(error === null ? null : invalid(), value);
      });
    } catch {
      done(invalid());
    }
  });
}
