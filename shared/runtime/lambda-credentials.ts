/** What the SDK signs requests with. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundles (`cdk/bundles.ts`): Lambda hands a function its
 * role's credentials in the environment and nowhere else, and the chain that looks in files, processes, single
 * sign-on and metadata services would make each bundle 110 KB larger.
 *
 * Promises the original's shape: a provider that reads the environment each time the SDK asks, and rejects when
 * no credentials are there. Not promised: profiles, single sign-on, web identity.
 */
export function defaultProvider(): () => Promise<Credentials> {
  return async function credentialsFromEnvironment() {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
      throw new Error('expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, got none');
    }
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    };
  };
}
