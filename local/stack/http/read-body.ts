import type { IncomingMessage } from 'node:http';

/** The body of a request, or undefined when it is larger than `limit` bytes; the rest is then not kept. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    // Without an encoding set, a request gives buffers.
    size += (part as Buffer).length;
    if (size <= limit) parts.push(part as Buffer);
  }
  return size > limit ? undefined : Buffer.concat(parts, size);
}
