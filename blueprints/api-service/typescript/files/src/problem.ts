// Errors as RFC 9457 problem details. What a client gets is written here or thrown as a Problem; the text of any other
// error is logged once, where it is handled, and never sent.
import { STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodType } from 'zod';

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

interface ProblemOptions {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, options: ProblemOptions = {}) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  body(): string {
    const { status, message: detail, errors } = this;
    return JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, errors });
  }
}

const details: Readonly<Record<number, string>> = {
  400: 'The request could not be understood.',
  404: 'There is nothing here.',
  408: 'The request took too long to arrive.',
  413: 'The body is larger than 64 KiB.',
  415: 'The body must be JSON: send "Content-Type: application/json".',
  431: 'The address and the headers of the request are too large together.',
  503: 'The request took too long to answer. Try again later.',
};

export function problemOf(status: number): Problem {
  const fallback =
    'Something went wrong on our side. Its cause is in the log, under the id in the X-Request-Id header.';
  // After a time-out the rest of the request may still come: it must not be taken for the next one.
  const headers: Readonly<Record<string, string>> = status === 408 ? { connection: 'close' } : {};
  return new Problem(status, details[status] ?? fallback, { headers });
}

/** Checks data that came from outside, and says of every field what is wrong with it. */
export function parse<T>(schema: ZodType<T>, data: unknown): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue): FieldError[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((field) => ({ field, message: 'is not a known field' }));
    }
    const field = issue.path.length === 0 ? 'request' : issue.path.join('.');
    return [{ field, message: issue.message }];
  });
  throw new Problem(400, 'The request is not valid.', { errors });
}

/** What the framework says is the caller's fault stays so; whatever else went wrong is ours. */
function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !('statusCode' in error)) return 500;
  const status = error.statusCode;
  return typeof status === 'number' && status < 500 && status in details ? status : 500;
}

function toProblem(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  const status = statusOf(error);
  if (status >= 500) request.log.error({ err: error }, 'request failed');
  return problemOf(status);
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(Buffer.from(problem.body()));
}

export function answerErrorsAsProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendProblem(reply, toProblem(error, request)));
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, problemOf(404)));
}
