// Keeps a list on the page in step with data: what stays is not rebuilt, so focus and thumbs stay,
// and what is the same is not even looked at, so that five hundred alerts cost what changed of them.

const shown = new WeakMap(); // what each node shows

/** Makes, updates, orders and removes the children of `list`, one for each item.
 *  `make` gets each new node once; `update` gets a node, its item and its place whenever the item
 *  is another object than the one shown, or `also(item, place)`, all else that it shows, is. */
export function keep(list, { template, items, keyOf, make = () => {}, update, also }) {
  const focused = document.activeElement;
  const known = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const wanted = new Set(items.map(keyOf));
  for (const [key, node] of known) if (!wanted.has(key)) node.remove();
  let next = list.firstElementChild;
  items.forEach((item, place) => {
    const key = keyOf(item);
    const node = known.get(key) ?? stamp(template, key, make);
    if (next === node) next = node.nextElementSibling;
    else list.insertBefore(node, next);
    const more = also(item, place);
    const before = shown.get(node);
    if (before?.item === item && before.more === more) return;
    shown.set(node, { item, more });
    update(node, item, place);
  });
  if (focused?.isConnected && focused !== document.activeElement) focused.focus();
}

function stamp(template, key, make) {
  const node = template.content.firstElementChild.cloneNode(true);
  node.dataset.key = key;
  make(node);
  return node;
}

/** Sets the text of a part of `node`, only where it differs; without a text the part is hidden. */
export function write(node, selector, text) {
  const part = node.querySelector(selector);
  if (part.textContent !== text) part.textContent = text;
  part.hidden = text === "";
}
