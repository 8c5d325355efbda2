import { MAX_BODY_BYTES } from '../read-body.ts';

/** A page may have a thousand components, and somebody may tick all of them. */
const LONGEST_FORM_BYTES = 2 * MAX_BODY_BYTES;

/**
 * The fields of a form as a browser posts it. Bytes that are no UTF-8 become U+FFFD, which no field of ours takes. Undefined when
 * it is larger than any form of ours can get.
 */
export async function readFields(request: Request): Promise<URLSearchParams | undefined> {
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > LONGEST_FORM_BYTES) return undefined;
  return new URLSearchParams(new TextDecoder().decode(bytes));
}
