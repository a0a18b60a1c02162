/** What is made of an object when it is first asked for, and kept for as long as the object is. */
export function onceFor<Key extends object, Made extends object>(make: (key: Key) => Made): (key: Key) => Made {
  const kept = new WeakMap<Key, Made>();
  return (key) => {
    let made = kept.get(key);
    if (made === undefined) {
      made = make(key);
      kept.set(key, made);
    }
    return made;
  };
}
