/** What expressions may refer to. Both throw for what they do not know. */
export interface References {
  /** `Ref`: a resource, a parameter or a pseudo parameter such as `AWS::Region`. */
  ref(name: string): unknown;
  /** `Fn::GetAtt`. */
  attribute(logicalId: string, attribute: string): unknown;
}

/** Stands for a property that `AWS::NoValue` takes away. */
const NO_VALUE = Symbol('AWS::NoValue');

/**
 * A template value with every intrinsic function in it replaced: `Ref`, `Fn::GetAtt`, `Fn::Join`, `Fn::Sub`,
 * `Fn::Select` and `Fn::Split`. Any other function is an error.
 */
export function resolve(value: unknown, references: References): unknown {
  const resolved = resolveAny(value, references);
  return resolved === NO_VALUE ? undefined : resolved;
}

function resolveAny(value: unknown, references: References): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolveAny(item, references)).filter((item) => item !== NO_VALUE);
  }
  if (!isObject(value)) return value;
  const [only, ...others] = Object.entries(value);
  if (only !== undefined && others.length === 0 && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
    return call(only[0], only[1], references);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, resolveAny(item, references)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  );
}

function call(name: string, argument: unknown, references: References): unknown {
  switch (name) {
    case 'Ref': {
      const target = text(name, argument);
      return target === 'AWS::NoValue' ? NO_VALUE : references.ref(target);
    }
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = Array.isArray(argument)
        ? argument
        : splitOnce(text(name, argument), '.');
      return references.attribute(text(name, logicalId), text(name, resolve(attribute, references)));
    }
    case 'Fn::Join': {
      const [separator, parts] = pair(name, argument);
      return list(name, resolve(parts, references))
        .map((part) => text(name, part))
        .join(text(name, separator));
    }
    case 'Fn::Split': {
      const [separator, source] = pair(name, argument);
      return text(name, resolve(source, references)).split(text(name, separator));
    }
    case 'Fn::Select': {
      const [index, items] = pair(name, argument);
      const selected = list(name, resolve(items, references))[Number(resolve(index, references))];
      if (selected === undefined) throw new Error(`Fn::Select: no item ${JSON.stringify(index)}`);
      return selected;
    }
    case 'Fn::Sub':
      return substitute(argument, references);
    default:
      throw new Error(
        `The laptop stack does not know the intrinsic function ${name} (local/stack/template/intrinsics.ts)`,
      );
  }
}

function substitute(argument: unknown, references: References): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = isObject(variables) ? variables : {};
  return text('Fn::Sub', template).replace(/\$\{(!?)([^}]*)\}/g, (_whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(own, name)) return text('Fn::Sub', resolve(own[name], references));
    const [logicalId, attribute] = splitOnce(name, '.');
    return text(
      'Fn::Sub',
      attribute === undefined ? references.ref(logicalId) : references.attribute(logicalId, attribute),
    );
  });
}

function splitOnce(source: string, separator: string): [string, string | undefined] {
  const at = source.indexOf(separator);
  return at < 0 ? [source, undefined] : [source.slice(0, at), source.slice(at + separator.length)];
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${name}: expected text, got ${JSON.stringify(value)}`);
}

function list(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${name}: expected a list, got ${JSON.stringify(value)}`);
}

function pair(name: string, value: unknown): readonly [unknown, unknown] {
  const [first, second, ...rest] = list(name, value);
  if (second === undefined || rest.length > 0) throw new Error(`${name}: expected two arguments`);
  return [first, second];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
