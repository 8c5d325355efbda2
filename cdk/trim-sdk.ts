import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Exceptions of AWS clients that the product tells apart by their class. An error without a class arrives as its
 * service's base exception, under its own name and with its metadata, which is all that anybody else looks at.
 */
export const EXCEPTIONS_WITH_A_CLASS: readonly string[] = ['ConditionalCheckFailedException'];

/**
 * Takes out of packages what a bundler cannot see is unused: a function that sends one SES command carries the schemas
 * of that command instead of all 110. Each step refuses a package that does not look as it expects.
 *
 * Measured on the functions as they were: deliver-email 415 KB without, 325 KB with it.
 */
export const trimSdk: Plugin = {
  name: 'trim-sdk',
  setup(build) {
    build.onLoad(
      { filter: /@aws-sdk[/\\]client-[^/\\]+[/\\]dist-es[/\\]schemas[/\\]schemas_0\.js$/ },
      (file) => load(file.path, (text) => dropExceptions(nameKeys(text))),
    );
    // The client tells its version to the service; it imports its whole package.json for that.
    build.onLoad({ filter: /@(aws-sdk|slack)[/\\][^/\\]+[/\\]package\.json$/ }, async ({ path }) => {
      const { name, version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ name, version }), loader: 'json' };
    });
    // Ways to write numbers down, half of the file: whoever imports this set of metadata only asks what a number is.
    build.onLoad({ filter: /libphonenumber-js[/\\]metadata\.mobile\.json\.js$/ }, (file) =>
      load(file.path, dropFormats),
    );
    build.onLoad({ filter: UNREACHED }, ({ path }) => {
      const name = basename(path, '.js').replace('sdk-stream-mixin.browser', 'sdkStreamMixin');
      return {
        contents: `export function ${name}() { throw new Error('Expected nobody to need ${name}, which the bundle leaves out (cdk/trim-sdk.ts)'); }`,
      };
    });
    build.onLoad({ filter: CONFIG_FILES }, () => ({
      contents: `export const CONFIG_PREFIX_SEPARATOR = '.';
        export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
    }));
    build.onLoad({ filter: LOGGER }, () => ({
      contents: `export const loggerMiddlewareOptions = {};
        export const loggerMiddleware = () => (next) => next;
        export const getLoggerPlugin = () => ({ applyToStack() {} });`,
    }));
    build.onLoad({ filter: MULTI_REGION }, () => ({
      contents: `import { SignatureV4 } from '@smithy/signature-v4';
        export class SignatureV4MultiRegion extends SignatureV4 { static sigv4aDependency() { return 'none'; } }`,
      resolveDir: import.meta.dirname,
    }));
    build.onLoad({ filter: ABSENT }, ({ path }) => ({
      contents: path.endsWith('endpoint-cache/dist-es/index.js')
        ? 'export class EndpointCache {}'
        : 'module.exports = {}',
    }));
    build.onResolve({ filter: /^dayjs(\/|$)/ }, ({ path, importer }) => {
      return TWILIO.test(importer) ? { path, namespace: 'twilio-dates' } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'twilio-dates' }, ({ path }) => ({
      contents: path === 'dayjs' ? TWILIO_DATES : 'module.exports = {}',
    }));
    build.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path }) => ({
      path,
      namespace: 'absent',
    }));
    build.onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => ({
      contents: `throw new Error('Expected no call to need ${path}, which the bundle leaves out (cdk/trim-sdk.ts)');`,
    }));
  },
};

/**
 * Endpoint discovery, which DynamoDB no longer has; Slack's uploads, streamed messages, and types with two enums that nobody asks
 * for; media of Twilio's messages and what their readers thought of them.
 */
const ABSENT =
  /(@aws-sdk\/endpoint-cache\/dist-es\/index|@slack\/web-api\/dist\/(file-upload|chat-stream)|@slack\/types\/dist\/index|\/v2010\/account\/message\/(media|feedback))\.js$/;

/**
 * What is there for other runtimes or other settings: hashes for a Node.js without crypto, streams of browsers, the region of a virtual
 * machine, the rate limiter of `AWS_RETRY_MODE=adaptive`.
 */
const UNREACHED =
  /@smithy\/core\/dist-es\/submodules\/(checksum\/sha256\/Sha256Js|checksum\/md5\/Md5Js|serde\/util-stream\/sdk-stream-mixin\.browser|config\/config-resolver\/regionConfig\/getInstanceMetadataRegion|retry\/util-retry\/DefaultRateLimiter)\.js$/;

/** A function has no `~/.aws`: not looking for it says the same sooner. */
const CONFIG_FILES =
  /@smithy\/core\/dist-es\/submodules\/config\/shared-ini-file-loader\/loadSharedConfigFiles\.js$/;

/**
 * Copies what each call sends and gets, without its secrets, for a logger. Ours are given none, but the copies were made all the same:
 * 6.5 % of an email sender's processor time.
 */
const LOGGER = /@aws-sdk\/core\/dist-es\/submodules\/client\/middleware-logger\/loggerMiddleware\.js$/;

/** SES signs for several regions at once where an endpoint is global; ours has one region, and signs as every service does. */
const MULTI_REGION = /@aws-sdk\/signature-v4-multi-region\/dist-es\/index\.js$/;

const TWILIO = /[/\\]twilio[/\\]lib[/\\]base[/\\](de)?serialize\.js$/;

/**
 * What Twilio's client does with its library of dates, 9 KB of each function that has it: reads a date that has a form of its own anyway,
 * and writes a day or a second in UTC.
 */
const TWILIO_DATES = `
exports.extend = () => {};
exports.utc = (given) => {
  const date = new Date(given);
  return {
    isValid: () => !Number.isNaN(date.getTime()),
    toDate: () => date,
    format: (form) => (form === 'YYYY-MM-DD' ? date.toISOString().slice(0, 10) : date.toISOString().slice(0, 19) + 'Z'),
  };
};
`;

async function load(path: string, change: (text: string) => string) {
  try {
    return { contents: change(await readFile(path, 'utf8')), loader: 'js' as const };
  } catch (error) {
    return { errors: [{ text: `${path}: ${error instanceof Error ? error.message : error}` }] };
  }
}

/** Writes `{ [_e]: _c }` as `{ "error": _c }`: a computed key may have effects, so its schema could not be dropped. */
function nameKeys(text: string): string {
  const names = new Map(
    Array.from(text.matchAll(/^const (\w+) = ("[^"]*");$/gm), ([, id, name]) => [id, name]),
  );
  return text.replace(/\[(_\w+)\]:/g, (_, id: string) => {
    const name = names.get(id);
    if (name === undefined) throw new Error(`Expected a constant ${id} in the schemas, got none`);
    return `${name}:`;
  });
}

/** Registers only the exceptions that somebody knows by their class, so that the classes of the others can be dropped. */
function dropExceptions(text: string): string {
  const registration = /^\w+_registry\.registerError\((\w+)\$, \w+\);$/gm;
  if (!registration.test(text))
    throw new Error('Expected registrations of exceptions in the schemas, got none');
  return text.replace(registration, (line, exception: string) =>
    exception.endsWith('ServiceException') || EXCEPTIONS_WITH_A_CLASS.includes(exception) ? line : '',
  );
}

/** Where a country's formats stand in its metadata (libphonenumber-js, METADATA.md). */
const FORMATS = 4;

function dropFormats(text: string): string {
  const [, json = ''] = /^(?:\/\/.*\n|\s)*export default (\{.*\})\s*;?\s*$/.exec(text) ?? [];
  if (json === '') throw new Error('Expected an export of metadata, got something else');
  const metadata: { version: number; countries: Record<string, unknown[]> } = JSON.parse(json);
  if (metadata.version !== 4) throw new Error(`Expected metadata of version 4, got ${metadata.version}`);
  for (const country of Object.values(metadata.countries)) country[FORMATS] = 0;
  return `export default ${JSON.stringify(metadata)}`;
}
