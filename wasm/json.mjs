// JSON as the vectors compare it: members keep their order, and a number is the same if it is spelt the same. JSON.parse would round
// large numbers and move members that are named like them to the front.

/** A number, by its spelling. */
class Spelt {
  constructor(text) {
    this.text = text;
  }
}

const SPACE = /[ \t\n\r]*/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

/** Objects become Maps, numbers remember their spelling. */
export function parse(source) {
  let at = 0;
  const wrong = () => new SyntaxError(`no JSON at ${at}`);
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const is = (character) => {
    take(SPACE);
    const found = source[at] === character;
    if (found) at += 1;
    return found;
  };
  const expect = (character) => {
    if (!is(character)) throw wrong();
  };
  // The elements up to a closing character, each made by `element`.
  const list = (close, element) => {
    const out = [];
    if (is(close)) return out;
    do out.push(element());
    while (is(','));
    expect(close);
    return out;
  };
  const text = () => {
    take(SPACE);
    const found = take(TEXT);
    if (found === undefined) throw wrong();
    return JSON.parse(found);
  };
  const member = () => {
    const name = text();
    expect(':');
    return [name, value()];
  };
  const value = () => {
    if (is('{')) {
      const members = list('}', member);
      const map = new Map(members);
      if (map.size !== members.length) throw wrong();
      return map;
    }
    if (is('[')) return list(']', value);
    if (source[at] === '"') return text();
    const word = take(WORD);
    if (word !== undefined) return JSON.parse(word);
    const number = take(NUMBER);
    if (number === undefined) throw wrong();
    return new Spelt(number);
  };
  const whole = value();
  take(SPACE);
  if (at !== source.length) throw wrong();
  return whole;
}

/** On one line. */
export function write(value) {
  if (value instanceof Map) return `{${[...value].map(([name, inner]) => `${JSON.stringify(name)}:${write(inner)}`).join(',')}}`;
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  return value instanceof Spelt ? value.text : JSON.stringify(value) ?? 'absent';
}

/** Whatever the order of members. */
export function same(one, other) {
  if (one instanceof Map && other instanceof Map) {
    return one.size === other.size && [...one].every(([name, inner]) => other.has(name) && same(inner, other.get(name)));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((inner, n) => same(inner, other[n]));
  }
  if (one instanceof Spelt && other instanceof Spelt) return one.text === other.text;
  return one === other;
}
