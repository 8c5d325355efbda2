/** At most `most` at a time for each key. Holds nothing of a key that nobody works for. */
export function lanes(most: number) {
  const busy = new Map<string, number>();

  return {
    /** A place, to be given back by calling what is returned; undefined when all are taken. */
    enter(key: string): (() => void) | undefined {
      const count = busy.get(key) ?? 0;
      if (count >= most) return undefined;
      busy.set(key, count + 1);
      return () => {
        const left = (busy.get(key) ?? 1) - 1;
        if (left === 0) busy.delete(key);
        else busy.set(key, left);
      };
    },
  };
}
