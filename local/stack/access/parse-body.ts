/** The object that a body holds as JSON; an empty one for anything else, which the service behind refuses by itself. */
export function parseBody(body: Buffer): object {
  try {
    // An object of whatever was parsed: reading a member of it is safe.
    return Object(JSON.parse(body.toString()));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
