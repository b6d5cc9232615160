// What a caller may send about notes. Whatever is not described here is refused.
import { z } from 'zod';

/** Counts characters as people see them in most scripts (code points), not the units that JavaScript stores. */
function text(minimum: number, maximum: number) {
  return z
    .string('must be text')
    .refine((value) => value.isWellFormed(), 'must be valid Unicode')
    .refine(
      (value) => {
        const length = Array.from(value).length;
        return length >= minimum && length <= maximum;
      },
      `must have ${String(minimum)} to ${String(maximum)} characters`,
    );
}

export const newNote = z.strictObject(
  { title: text(1, 200), body: text(0, 10_000).default('') },
  { error: (issue) => (issue.code === 'invalid_type' ? 'must be a JSON object' : undefined) },
);

export function encodeCursor(position: number | null): string | null {
  return position === null ? null : Buffer.from(String(position)).toString('base64url');
}

function decodeCursor(cursor: string, context: z.RefinementCtx): number | undefined {
  if (cursor === '') return undefined;
  const position = Number(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (Number.isSafeInteger(position) && position > 0 && encodeCursor(position) === cursor) return position;
  context.addIssue({ code: 'custom', message: 'must be the nextCursor of an earlier page' });
  return z.NEVER;
}

const limitMessage = 'must be a whole number from 1 to 100';

export const listQuery = z.object({
  limit: z
    .string(limitMessage)
    .regex(/^([1-9]\d?|100)$/, limitMessage)
    .transform(Number)
    .default(20),
  cursor: z.string('must be given once').transform(decodeCursor).optional(),
});
