/// The script of the public shell: it takes the key, opens pages and what they show by WebCrypto, and
/// goes from page to page by the part of the address behind `#`, which no server is told.
enum SealedLoader {
  /// The script as it is published: without its remarks, indentation, the ends of lines that end a
  /// statement or begin a block, and the spaces around operators and behind commas, which no text in it needs.
  static let script = operators.reduce(lines) { $0.replacing(" \($1) ", with: $1) }
    .replacing(", ", with: ",")

  private static let lines = source.split(separator: "\n").map { $0.drop { $0 == " " } }
    .filter { !$0.hasPrefix("//") }
    .reduce(into: "") { script, line in
      script += line
      if let last = line.last, !";{(,".contains(last) { script += "\n" }
    }

  private static let operators = [
    "=", "=>", "===", "!==", "||", "&&", "+", "?", ":", "-", "*", "<", "+=",
  ]

  private static let source = #"""
    'use strict';
    (() => {
      // The shell in the reader's language, where it has it.
      const html = document.documentElement,
        shells = [html, ...document.querySelectorAll('template')], plain = name => name.split('-')[0];
      const shell = navigator.languages.map(name => shells.find(one => one.lang === name)
        || shells.find(one => plain(one.lang) === plain(name))).find(Boolean);
      if (shell?.content) {
        document.body.replaceChildren(shell.content);
        document.title = shell.title;
        html.lang = shell.lang;
      }

      const here = new URL('.', location.href), place = 'trumeau-key:' + here.pathname,
        { subtle } = crypto;
      const byId = id => document.getElementById(id);
      const form = document.forms.key, progress = byId('progress');
      const words = form.dataset, encoder = new TextEncoder(), decoder = new TextDecoder();
      const blobs = new Map(), places = new Map();
      let tree, names, contents, shown = null, shownHash = '', isOpen = false, isGoing = false;

      const bytes = letters => Uint8Array.from(
        atob(letters.replace(/-/g, '+').replace(/_/g, '/')), letter => letter.charCodeAt(0));
      const get = name => fetch(new URL(name, here));

      // The key that a secret gives for one purpose, by HKDF.
      const key = async (secret, purpose) => subtle.deriveKey(
        { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode(purpose) },
        await subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']),
        { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
      const decrypt = async (secret, binding, nonce, sealed) =>
        new Uint8Array(await subtle.decrypt(
          { name: 'AES-GCM', iv: nonce, additionalData: encoder.encode(binding) },
          await key(secret, binding), sealed));

      async function unlock(code) {
        const answer = await get('keys.json');
        if (!answer.ok) throw 'missing';
        tree = await answer.json();
        const [epoch, letters] = code.trim().split('.');
        let secret;
        try { secret = bytes(letters); } catch {}
        if (secret?.length !== 32) throw 'wrong';
        if (epoch !== String(tree.epoch)) throw 'replaced';
        const wrapped = bytes(tree.wrapped);
        const binding = ['trumeau keys 1', tree.storefront, tree.tier, tree.epoch].join('\n');
        const opened = await decrypt(secret, binding, wrapped.subarray(0, 12), wrapped.subarray(12))
          .catch(() => { throw 'wrong'; });
        const inner = JSON.parse(decoder.decode(opened));
        contents = new Map(Object.entries(inner.contents).map(([epoch, text]) => [+epoch, bytes(text)]));
        names = await subtle.importKey(
          'raw', bytes(inner.names), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
      }

      async function load(address) {
        const digest = new Uint8Array(
          await subtle.sign('HMAC', names, encoder.encode(address)), 0, 16);
        const name = [...digest].map(byte => byte.toString(16).padStart(2, '0')).join('');
        const answer = await get(name.replace(/../, '$&/') + '.bin');
        if (!answer.ok) return null;
        const file = new Uint8Array(await answer.arrayBuffer()), view = new DataView(file.buffer);
        const epoch = view.getUint32(4), secret = contents.get(epoch);
        if (decoder.decode(file.subarray(0, 4)) !== 'TRS1' || !secret) throw 'wrong';
        const binding = ['trumeau sealed 1', tree.storefront, tree.tier, epoch, address].join('\n');
        const payload = await decrypt(secret, binding, file.subarray(8, 20), file.subarray(20));
        const start = 6 + payload[5], size = new DataView(payload.buffer).getUint32(0);
        let body = payload.subarray(start, start + size);
        if (payload[4] === 1) {
          const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream('gzip'));
          body = new Uint8Array(await new Response(stream).arrayBuffer());
        }
        return { type: decoder.decode(payload.subarray(6, start)), body };
      }

      // An address in a page: of this tree, as it was named when it was sealed, or somebody else's.
      const home = 'https://sealed.invalid';
      const address = (url, base) => {
        const found = new URL(url, home + base);
        return found.origin === home ? found : null;
      };
      const file = path => decodeURIComponent(path).slice(1) + (path.endsWith('/') ? 'index.html' : '');

      // An address that the browser can show a file of this tree by; what is elsewhere stays as it is.
      function shownAt(url, base) {
        const found = /^(data|blob):/.test(url) ? null : address(url, base);
        if (!found) return Promise.resolve(url);
        if (!blobs.has(found.pathname)) {
          blobs.set(found.pathname, load(file(found.pathname)).then(async opened => {
            if (!opened) return '';
            let body = opened.body;
            if (opened.type === 'text/css') body = await styles(decoder.decode(body), found.pathname);
            return URL.createObjectURL(new Blob([body], { type: opened.type }));
          }));
        }
        return blobs.get(found.pathname).then(shown => shown && shown + found.hash);
      }
      async function styles(text, base) {
        const parts = text.split(/url\(\s*["']?([^"')]+)["']?\s*\)/);
        for (let part = 1; part < parts.length; part += 2)
          parts[part] = 'url("' + await shownAt(parts[part], base) + '")';
        return parts.join('');
      }

      // Of the sizes that a picture comes in, the smallest that is as large as it is shown.
      function pick(image) {
        const sizes = (image.dataset.sizes || '').split(',').map(size => size.trim().split(/\s+/))
          .filter(size => size[1]?.endsWith('w')).sort((a, b) => parseInt(a[1]) - parseInt(b[1]));
        const wanted = (image.clientWidth || innerWidth) * devicePixelRatio;
        const size = sizes.find(size => parseInt(size[1]) >= wanted) || sizes.at(-1);
        return size ? size[0] : image.dataset.from;
      }
      const near = new IntersectionObserver(entries => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          near.unobserve(target);
          shownAt(pick(target), target.dataset.base).then(url => { if (url) target.src = url; });
        }
      }, { rootMargin: '600px' });

      // Makes a page that was opened ready to be put in the place of the one that is shown.
      async function prepare(page, base) {
        const all = query => page.querySelectorAll(query), work = [];
        const replace = (element, name) => work.push(
          shownAt(element.getAttribute(name), base).then(url => element.setAttribute(name, url)));
        for (const link of all('link[href]')) {
          if (/preload|prefetch|alternate|canonical/.test(link.rel)) link.remove();
          else replace(link, 'href');
        }
        for (const style of all('style'))
          work.push(styles(style.textContent, base).then(text => { style.textContent = text; }));
        for (const element of all('[style*="url("]'))
          work.push(styles(element.getAttribute('style'), base)
            .then(text => element.setAttribute('style', text)));
        for (const image of all('img')) {
          const sources = [...(image.closest('picture')?.querySelectorAll('source') || [])];
          const source = sources.find(
            source => !source.media || matchMedia(source.media).matches);
          image.dataset.sizes = (source || image).getAttribute('srcset') || '';
          image.dataset.from = image.getAttribute('src') || '';
          image.dataset.base = base;
          for (const name of ['srcset', 'loading']) image.removeAttribute(name);
          for (const source of sources) source.remove();
          const size = name => image.getAttribute(name) || 1;
          image.src = 'data:image/svg+xml,' + encodeURIComponent(
            `<svg xmlns="http://www.w3.org/2000/svg" width="${size('width')}" height="${size('height')}"/>`);
        }
        for (const media of all('video, audio, video source, audio source, track'))
          for (const name of ['src', 'poster']) if (media.hasAttribute(name)) replace(media, name);
        for (const use of all('use[href]'))
          if (!use.getAttribute('href').startsWith('#')) replace(use, 'href');
        for (const link of all('a[href]:not([href^="#"])')) {
          const found = address(link.getAttribute('href'), base);
          if (found && !/^(mailto|tel):/.test(link.getAttribute('href')))
            link.setAttribute('href', '#' + found.pathname + found.hash);
        }
        await Promise.all(work);
      }

      // Scripts that came with a page run only when they are made anew; none stands in the page itself.
      async function run(base) {
        for (const old of document.querySelectorAll('script')) {
          if (old.type && !/javascript|module/.test(old.type)) continue;
          const script = document.createElement('script');
          script.type = old.type;
          script.async = false;
          script.src = old.hasAttribute('src') ? await shownAt(old.getAttribute('src'), base)
            : URL.createObjectURL(new Blob([old.textContent], { type: 'text/javascript' }));
          old.replaceWith(script);
        }
      }

      async function show(path, isLate) {
        const opened = await load(file(path)) || await load('404.html');
        if (!opened) throw 'missing';
        const page = new DOMParser().parseFromString(decoder.decode(opened.body), 'text/html');
        const moved = page.querySelector('meta[http-equiv="refresh"]')?.content.split('url=')[1];
        if (moved) return location.replace('#' + moved);
        await prepare(page, path);
        if (isLate()) return;
        near.disconnect();
        // Nothing is shown before its style is there: a page in no style would flash and fade into it.
        const root = document.adoptNode(page.documentElement);
        const styled = [...root.querySelectorAll('link[rel="stylesheet"]:not([href=""])')].map(
          link => new Promise(done => { link.onload = link.onerror = done; }));
        root.hidden = true;
        document.documentElement.replaceWith(root);
        await Promise.all(styled);
        root.hidden = false;
        for (const image of document.images) if (image.dataset.base) near.observe(image);
        shown = path;
        await run(path);
        const target = document.querySelector('main') || document.body;
        if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
        target.focus({ preventScroll: true });
      }

      // Links within a page keep their form, by which screen readers know them.
      const reach = name => {
        const target = name && byId(decodeURIComponent(name));
        if (!target) return false;
        target.scrollIntoView();
        target.focus({ preventScroll: true });
        return true;
      };
      addEventListener('click', event => {
        const link = event.target.closest?.('a[href^="#"]:not([href^="#/"])');
        if (!link) return;
        event.preventDefault();
        reach(link.getAttribute('href').slice(1));
      });

      const split = hash => {
        const [path, ...rest] = decodeURI(hash.slice(1)).split('#');
        return [path.startsWith('/') ? encodeURI(path) : '/', rest.join('#')];
      };
      async function visit(hash) {
        const [path, fragment] = split(hash), isBack = history.state?.seen;
        const isLate = () => location.hash !== hash;
        places.set(shownHash, scrollY);
        if (path !== shown) await show(path, isLate);
        if (path === shown) shownHash = hash;
        if (isLate()) return;
        history.replaceState({ seen: true }, '');
        if (!reach(fragment)) scrollTo({ top: isBack ? places.get(hash) || 0 : 0, behavior: 'instant' });
      }

      // One page after the other: where the reader goes on meanwhile, that is what is shown in the end.
      async function go() {
        if (!isOpen || isGoing) return;
        isGoing = true;
        try {
          for (let hash; hash !== location.hash;) await visit(hash = location.hash);
        } finally { isGoing = false; }
      }

      const ask = problem => {
        isOpen = false;
        sessionStorage.removeItem(place);
        progress.textContent = '';
        form.hidden = false;
        byId('problem').textContent = problem ? words[problem] || words.missing : '';
        if (problem) form.code.setAttribute('aria-invalid', 'true');
        form.code.focus();
      };
      async function open(code) {
        progress.textContent = words.busy;
        try {
          await unlock(code);
          sessionStorage.setItem(place, code);
          isOpen = true;
          await go();
        } catch (problem) { ask(typeof problem === 'string' ? problem : 'missing'); }
      }

      addEventListener('hashchange', () => go().catch(() => location.reload()));
      form.onsubmit = event => {
        event.preventDefault();
        open(form.code.value);
      };
      history.scrollRestoration = 'manual';
      (async () => {
        const given = new URLSearchParams(location.hash.slice(1)), handed = given.get('key');
        if (handed) {
          history.replaceState(null, '', '#' + (given.get('open') || '/'));
          return open(handed);
        }
        const kept = sessionStorage.getItem(place);
        if (kept) return open(kept);
        ask();
        const released = await get('key.json');
        if (released.ok) open((await released.json()).key);
      })().catch(() => ask('missing'));
    })();

    """#
}
