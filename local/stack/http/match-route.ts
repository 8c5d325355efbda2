import type { Route } from './read-api.ts';

export interface RouteMatch {
  readonly route: Route;
  /** Decoded, as API Gateway hands them over. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface CompiledRoute {
  readonly route: Route;
  readonly method: string;
  readonly segments: readonly string[];
}

/**
 * Finds the route of a request by API Gateway's order: fixed segments before `{parameters}` before `{greedy+}`,
 * the method before `ANY`, and `$default` last. Paths are compared undecoded.
 */
export function compileRoutes(
  routes: readonly Route[],
): (method: string, path: string) => RouteMatch | undefined {
  const compiled: readonly CompiledRoute[] = routes
    .filter(({ routeKey }) => routeKey !== '$default')
    .map((route) => {
      const [method = '', path = ''] = route.routeKey.split(' ');
      return { route, method, segments: path.split('/') };
    })
    .toSorted(bySpecificity);
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');

  return (method, path) => {
    const segments = path.split('/');
    for (const candidate of compiled) {
      if (candidate.method !== method && candidate.method !== 'ANY') continue;
      const pathParameters = matchSegments(candidate.segments, segments);
      if (pathParameters !== undefined) return { route: candidate.route, pathParameters };
    }
    return fallback === undefined ? undefined : { route: fallback, pathParameters: {} };
  };
}

function matchSegments(
  pattern: readonly string[],
  path: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = path[index];
    if (isGreedy(expected)) {
      const rest = path.slice(index).join('/');
      if (rest === '') return undefined;
      parameters[expected.slice(1, -2)] = decodeURIComponent(rest);
      return parameters;
    }
    if (isParameter(expected)) {
      if (actual === undefined || actual === '') return undefined;
      parameters[expected.slice(1, -1)] = decodeURIComponent(actual);
    } else if (actual !== expected) return undefined;
  }
  return pattern.length === path.length ? parameters : undefined;
}

function bySpecificity(a: CompiledRoute, b: CompiledRoute): number {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const difference = rank(a.segments[index]) - rank(b.segments[index]);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function rank(segment: string | undefined): number {
  if (segment === undefined) return 3;
  if (isGreedy(segment)) return 2;
  return isParameter(segment) ? 1 : 0;
}

function isGreedy(segment: string): boolean {
  return segment.startsWith('{') && segment.endsWith('+}');
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{') && segment.endsWith('}');
}
