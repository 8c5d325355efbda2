/** Access key of the stack itself and of its callers' own clients: everything is allowed to it. */
export const ADMIN_ACCESS_KEY_ID = 'AKIALAPTOPADMINISTRATOR';

/** IAM's longest access key id. */
const MAX_LENGTH = 128;

/** The access key id of a function's processes. It names the function: that is how an endpoint knows who calls. */
export function accessKeyIdOf(functionId: string): string {
  return `ASIALAPTOP0${functionId.toUpperCase()}`.slice(0, MAX_LENGTH);
}

/** The access key id in an `Authorization` header of Signature Version 4, or undefined without one. */
export function readAccessKeyId(authorization: string | undefined): string | undefined {
  return /^AWS4-HMAC-SHA256\s+(?:.*,\s*)?Credential=([A-Z0-9]+)\//.exec(authorization ?? '')?.[1];
}
