// The routes of the resource "note". Each acts in the name of its caller and reaches that caller's notes only.
import type { FastifyInstance } from 'fastify';
import { callerOf } from '../auth.ts';
import { refuseOtherMethods } from '../methods.ts';
import { parse, problemOf } from '../problem.ts';
import { encodeCursor, listQuery, newNote } from './schema.ts';
import type { NoteStore } from './store.ts';

interface ById {
  Params: { id: string };
}

export function addNoteRoutes(app: FastifyInstance, notes: NoteStore): void {
  app.post('/v1/notes', (request, reply) => {
    const note = notes.create(callerOf(request), parse(newNote, request.body));
    return reply.code(201).header('location', `/v1/notes/${note.id}`).send(note);
  });

  app.get('/v1/notes', (request) => {
    const { limit, cursor } = parse(listQuery, request.query);
    const { items, next } = notes.list(callerOf(request), limit, cursor);
    return { items, nextCursor: encodeCursor(next) };
  });

  app.get<ById>('/v1/notes/:id', (request) => {
    const note = notes.find(callerOf(request), request.params.id);
    if (note === undefined) throw problemOf(404);
    return note;
  });

  app.delete<ById>('/v1/notes/:id', (request, reply) => {
    if (!notes.delete(callerOf(request), request.params.id)) throw problemOf(404);
    return reply.code(204).send();
  });

  refuseOtherMethods(app, '/v1/notes', ['GET', 'HEAD', 'POST']);
  refuseOtherMethods(app, '/v1/notes/:id', ['GET', 'HEAD', 'DELETE']);
}
