/**
 * `make`, but at most once for each value that it is given, for as long as that value is in use. An update is announced to
 * thousands of windows with one and the same announcement: rendering is paid for once.
 */
export function oncePer<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}
