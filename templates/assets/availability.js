'use strict';
// Brings what a page says of stock up to date. A page says what was true when it was built; this asks
// for the small file of its market that every build keeps true (snapshot.json, availability/…), and
// changes words where that file is newer than the page. Without it the page is whole all the same.
(() => {
  const script = document.currentScript, words = script.dataset;
  // The most files that a listing asks for: one holds some 400 products.
  const fewFiles = 4;

  // The words of the theme stand on the script's own element. From a sealed tree nothing is asked: it
  // is opened from an address that is not the site's.
  if (!script.src.startsWith(location.origin + '/')) return;
  const places = [...document.querySelectorAll('[data-product]')];
  if (!places.length) return;

  // A browser gives the present where the host does not say when a page was written.
  const written = Date.parse(document.lastModified);
  const isKnown = written < performance.timeOrigin - 1000;

  // The shard of a product: FNV-1a, 32 bits, of its id.
  const hash = id => new TextEncoder().encode(id)
    .reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193) >>> 0, 0x811c9dc5);

  async function read(path) {
    const answer = await fetch(path, { cache: 'no-cache' });
    return answer.status === 200
      ? { made: Date.parse(answer.headers.get('Last-Modified')), body: await answer.json() } : null;
  }

  function show(place, stock) {
    for (const mark of place.querySelectorAll('[data-variant]')) {
      const state = stock[mark.dataset.variant];
      if (!words[state]) continue;
      mark.dataset.availability = state;
      if (mark.matches('.stock') && mark.textContent !== words[state]) mark.textContent = words[state];
    }
    const isSoldOut = Object.values(stock).every(state => state === 'out_of_stock');
    for (const mark of place.querySelectorAll('.sold-out')) mark.hidden = !isSoldOut;
    for (const link of place.querySelectorAll('.reserve'))
      link.textContent = isSoldOut ? words.ask_return : words.reserve;
  }

  async function update() {
    const snapshot = await read('/snapshot.json');
    if (!snapshot) return;
    const count = snapshot.body.availability.shards, shards = new Map();
    for (const place of places) {
      // What the page is about, always; cards only where they are in few files.
      if (count > fewFiles && place.matches('.card')) continue;
      const shard = (hash(place.dataset.product) % count).toString(16);
      shards.set(shard, [...(shards.get(shard) || []), place]);
    }
    await Promise.all([...shards].map(async ([shard, places]) => {
      const file = await read(`/availability/${words.market}/${shard}.json`);
      if (!file || (isKnown && file.made < written)) return;
      for (const place of places) {
        const stock = file.body[place.dataset.product];
        if (stock) show(place, stock);
      }
    }));
  }

  // When the page comes, comes back from the browser's store, or is looked at again.
  let last = 0;
  const refresh = () => {
    if (document.hidden || Date.now() - last < 60000) return;
    last = Date.now();
    update().catch(() => {});
  };
  refresh();
  addEventListener('pageshow', event => event.persisted && refresh());
  document.addEventListener('visibilitychange', refresh);
})();
