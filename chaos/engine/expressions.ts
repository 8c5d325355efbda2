/**
 * DynamoDB's condition, key and update expressions, as far as the stores use them: attributes (nested ones in comparisons),
 * `AND`, `OR`, `IN`, `BETWEEN`, three functions; `SET` with `if_not_exists`, `ADD`, `REMOVE`. Anything else is refused, never
 * guessed.
 */
export type Item = Record<string, unknown>;
export type Names = Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, unknown>>;
export type Condition = (item: Item, values: Values) => boolean;
export type Change = (item: Item, values: Values) => void;

type Operand = (item: Item, values: Values) => unknown;

const TOKEN = /\s*([#:]?[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*|<>|<=|>=|[(),=<>])/y;

const conditions = new Map<string, Condition>();
const changes = new Map<string, Change>();

/** A condition, compiled once per text. An absent item is one without attributes. */
export function compileCondition(text: string, names: Names = {}): Condition {
  return cached(conditions, text, names, () => {
    const tokens = tokensOf(text);
    const condition = anyOf(tokens, names);
    tokens.end();
    return condition;
  });
}

/** An update, compiled once per text. It changes the item that it is given. */
export function compileUpdate(text: string, names: Names = {}): Change {
  return cached(changes, text, names, () => {
    const tokens = tokensOf(text);
    const steps: Change[] = [];
    while (!tokens.done()) steps.push(...clause(tokens, names));
    return (item, values) => {
      for (const step of steps) step(item, values);
    };
  });
}

function cached<T>(cache: Map<string, T>, text: string, names: Names, compile: () => T): T {
  const key = `${text}|${Object.entries(names).flat().join('|')}`;
  let compiled = cache.get(key);
  if (compiled === undefined) {
    compiled = compile();
    cache.set(key, compiled);
  }
  return compiled;
}

function anyOf(tokens: Tokens, names: Names): Condition {
  const parts = [allOf(tokens, names)];
  while (tokens.take('OR')) parts.push(allOf(tokens, names));
  return (item, values) => parts.some((part) => part(item, values));
}

function allOf(tokens: Tokens, names: Names): Condition {
  const parts = [single(tokens, names)];
  while (tokens.take('AND')) parts.push(single(tokens, names));
  return (item, values) => parts.every((part) => part(item, values));
}

function single(tokens: Tokens, names: Names): Condition {
  if (tokens.take('(')) {
    const inner = anyOf(tokens, names);
    tokens.expect(')');
    return inner;
  }
  if (tokens.take('attribute_exists')) {
    const path = attribute(inBrackets(tokens), names);
    return (item) => item[path] !== undefined;
  }
  if (tokens.take('attribute_not_exists')) {
    const path = attribute(inBrackets(tokens), names);
    return (item) => item[path] === undefined;
  }
  if (tokens.take('begins_with')) {
    tokens.expect('(');
    const whole = operand(tokens, names);
    tokens.expect(',');
    const prefix = operand(tokens, names);
    tokens.expect(')');
    return (item, values) => String(whole(item, values) ?? '').startsWith(String(prefix(item, values)));
  }
  return comparison(tokens, names);
}

function comparison(tokens: Tokens, names: Names): Condition {
  const left = operand(tokens, names);
  if (tokens.take('BETWEEN')) {
    const low = operand(tokens, names);
    tokens.expect('AND');
    const high = operand(tokens, names);
    return (item, values) => {
      const value = left(item, values);
      return ordered(value, low(item, values)) >= 0 && ordered(value, high(item, values)) <= 0;
    };
  }
  if (tokens.take('IN')) {
    tokens.expect('(');
    const list = [operand(tokens, names)];
    while (tokens.take(',')) list.push(operand(tokens, names));
    tokens.expect(')');
    return (item, values) => list.some((one) => left(item, values) === one(item, values));
  }
  const operator = tokens.next();
  const right = operand(tokens, names);
  return (item, values) => compare(operator, left(item, values), right(item, values));
}

/** An absent attribute compares to nothing, except that it differs from everything. Values of two types are unequal. */
function compare(operator: string, a: unknown, b: unknown): boolean {
  switch (operator) {
    case '=':
      return a !== undefined && a === b;
    case '<>':
      return a !== b;
    case '<':
      return ordered(a, b) < 0;
    case '<=':
      return ordered(a, b) <= 0;
    case '>':
      return ordered(a, b) > 0;
    case '>=':
      return ordered(a, b) >= 0;
    default:
      throw new SyntaxError(`Expected a comparison, got ${operator}`);
  }
}

/** How two values of the same type are ordered; NaN, which is in no order, for any others. */
function ordered(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return Number.NaN;
}

function clause(tokens: Tokens, names: Names): Change[] {
  const keyword = tokens.next();
  const steps: Change[] = [];
  do steps.push(step(keyword, tokens, names));
  while (tokens.take(','));
  return steps;
}

function step(keyword: string, tokens: Tokens, names: Names): Change {
  const path = attribute(tokens.next(), names);
  switch (keyword) {
    case 'SET': {
      tokens.expect('=');
      const value = assigned(tokens, names);
      return (item, values) => {
        item[path] = value(item, values);
      };
    }
    case 'ADD': {
      const amount = operand(tokens, names);
      return (item, values) => {
        item[path] = Number(item[path] ?? 0) + Number(amount(item, values));
      };
    }
    case 'REMOVE':
      return (item) => {
        delete item[path];
      };
    default:
      throw new SyntaxError(`Expected SET, ADD or REMOVE, got ${keyword}`);
  }
}

function assigned(tokens: Tokens, names: Names): Operand {
  if (!tokens.take('if_not_exists')) return operand(tokens, names);
  tokens.expect('(');
  const path = attribute(tokens.next(), names);
  tokens.expect(',');
  const otherwise = operand(tokens, names);
  tokens.expect(')');
  return (item, values) => item[path] ?? otherwise(item, values);
}

function operand(tokens: Tokens, names: Names): Operand {
  const token = tokens.next();
  if (token.startsWith(':')) {
    return (_, values) => {
      if (!(token in values)) throw new SyntaxError(`Expected a value for ${token}`);
      return values[token];
    };
  }
  const [first = '', ...rest] = token.split('.');
  const path = attribute(first, names);
  if (rest.length === 0) return (item) => item[path];
  return (item) => rest.reduce((value, name) => (value as Item | undefined)?.[name], item[path]); // a map, or nothing
}

function inBrackets(tokens: Tokens): string {
  tokens.expect('(');
  const token = tokens.next();
  tokens.expect(')');
  return token;
}

function attribute(token: string, names: Names): string {
  if (!token.startsWith('#')) {
    if (!/^[A-Za-z]\w*$/.test(token)) throw new SyntaxError(`Expected an attribute, got ${token}`);
    return token;
  }
  const name = names[token];
  if (name === undefined) throw new SyntaxError(`Expected a name for ${token}`);
  return name;
}

type Tokens = ReturnType<typeof tokensOf>;

function tokensOf(text: string) {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
    const [, token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new SyntaxError(`Expected an expression, got ${text.slice(at)}`);
    tokens.push(token);
  }
  let position = 0;
  const next = () => {
    const token = tokens[position++];
    if (token === undefined) throw new SyntaxError(`Expected more after ${text}`);
    return token;
  };
  return {
    next,
    done: () => position === tokens.length,
    take(token: string): boolean {
      if (tokens[position] !== token) return false;
      position++;
      return true;
    },
    expect(token: string): void {
      const got = next();
      if (got !== token) throw new SyntaxError(`Expected ${token} in ${text}, got ${got}`);
    },
    end(): void {
      if (position !== tokens.length) throw new SyntaxError(`Expected the end of ${text}`);
    },
  };
}
