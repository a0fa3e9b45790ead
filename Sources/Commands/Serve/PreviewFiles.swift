/// The script and the style sheet of the preview.
enum PreviewFiles {
  /// Waits for changes while the page is looked at, so that a browser with many pages open keeps its
  /// connections; takes the page anew, or puts other style sheets in place.
  static let script = #"""
    (() => {
      "use strict";
      const own = document.currentScript;
      const session = own.dataset.session;
      let version = Number(own.dataset.version);
      const bar = document.querySelector("trumeau-preview");
      if (bar && !bar.shadowRoot) {
        // A browser that does not know declarative shadow roots.
        const template = bar.querySelector("template");
        bar.attachShadow({ mode: "open" }).append(template.content);
        template.remove();
      }
      let abort = null;
      let pause = 200;
      const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
      const tell = (state) => { if (bar) bar.dataset.state = state; };

      function problems(count) {
        const link = bar && bar.shadowRoot.querySelector(".problems");
        if (!link) { if (location.pathname === "/_trumeau/problems") location.reload(); return; }
        link.hidden = count === 0;
        link.textContent = count === 1
          ? "1 problem keeps the site from being built"
          : `${count} problems keep the site from being built`;
      }

      function swap(styles) {
        let found = 0;
        for (const link of document.querySelectorAll('link[rel~="stylesheet"]')) {
          const url = new URL(link.href, location.href);
          const path = styles[url.pathname];
          if (!path || url.origin !== location.origin) continue;
          found += 1;
          const next = link.cloneNode();
          next.href = path;
          next.addEventListener("load", () => link.remove(), { once: true });
          next.addEventListener("error", () => location.reload(), { once: true });
          link.after(next);
        }
        if (found === 0) location.reload();
      }

      async function listen() {
        if (abort || document.hidden) return;
        const mine = abort = new AbortController();
        while (!mine.signal.aborted) {
          try {
            const answer = await fetch(
              `/_trumeau/events?session=${session}&since=${version}`,
              { cache: "no-store", signal: mine.signal });
            if (!answer.ok) throw new Error(answer.status);
            const event = await answer.json();
            tell("live");
            pause = 200;
            if (event.session !== session || event.kind === "reload") { location.reload(); return; }
            const isNew = event.version !== version;
            version = event.version;
            if (event.kind === "styles") swap(event.styles);
            else if (isNew) problems(event.problems);
            else await sleep(50);
          } catch {
            if (mine.signal.aborted) return;
            tell("away");
            await sleep(pause);
            pause = Math.min(pause * 1.7, 3000);
          }
        }
      }

      function rest() {
        if (abort) abort.abort();
        abort = null;
      }

      document.addEventListener("visibilitychange", () => document.hidden ? rest() : listen());
      addEventListener("pagehide", rest);
      addEventListener("pageshow", listen);
      if (bar) {
        addEventListener("keydown", (event) => {
          const details = bar.shadowRoot.querySelector("details");
          if (event.key === "Escape" && details.open) {
            details.open = false;
            details.querySelector("summary").focus();
          }
        });
      }
      listen();
    })();

    """#

  /// The house's look: ink on paper, one accent.
  static let style = #"""
    :host, body.findings {
      --ink: #1c1a17;
      --faint: #6b655c;
      --paper: #fdfbf7;
      --line: #ded7ca;
      --accent: #7a5c1e;
      --wrong: #9b2c1f;
      --sans: ui-sans-serif, system-ui, "Helvetica Neue", Arial, sans-serif;
      --serif: "Garamond", "EB Garamond", "Cormorant Garamond", "Hoefler Text", Georgia, serif;
      --mono: ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace;
    }
    @media (prefers-color-scheme: dark) {
      :host, body.findings {
        --ink: #f2ede3; --faint: #b1a998; --paper: #1a1815; --line: #3b362e;
        --accent: #d9b870; --wrong: #f0907f;
      }
    }
    :host { all: initial; }
    [hidden] { display: none !important; }

    aside {
      position: fixed; z-index: 2147483000; left: 16px; bottom: 16px;
      display: flex; flex-direction: column; align-items: flex-start; gap: 8px;
      max-width: calc(100vw - 32px);
      font: 12px/1.45 var(--sans); color: var(--ink); text-align: left;
    }
    aside details { display: flex; flex-direction: column-reverse; }
    aside summary {
      display: inline-flex; flex-wrap: wrap; gap: 4px 0; align-items: center; list-style: none;
      padding: 7px 14px; cursor: pointer; background: var(--paper);
      border: 1px solid var(--line); border-radius: 999px;
      box-shadow: 0 1px 2px rgb(0 0 0 / .06), 0 6px 20px rgb(0 0 0 / .08);
    }
    aside summary::-webkit-details-marker { display: none; }
    aside summary span + span::before { content: "·"; margin: 0 .6em; color: var(--faint); }
    .mark {
      font: 500 10.5px/1.4 var(--sans); letter-spacing: .16em; text-transform: uppercase;
      color: var(--faint);
    }
    .elsewhere summary { border-color: var(--accent); }
    .elsewhere .mark { color: var(--accent); }
    .away { display: none; color: var(--wrong); }
    :host([data-state="away"]) .away { display: inline; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

    aside form, .notice {
      box-sizing: border-box; width: 320px; max-width: 100%; padding: 20px 22px;
      background: var(--paper); border: 1px solid var(--line); border-radius: 4px;
      box-shadow: 0 2px 6px rgb(0 0 0 / .06), 0 18px 50px rgb(0 0 0 / .14);
    }
    aside form { margin: 0 0 8px; display: grid; grid-template-columns: minmax(0, 1fr); gap: 12px; }
    aside h2 { margin: 0 0 2px; font: 400 19px/1.25 var(--serif); }
    label { display: grid; grid-template-columns: 84px minmax(0, 1fr); align-items: center; }
    label span { color: var(--faint); }
    select, input {
      box-sizing: border-box; width: 100%; min-height: 32px; padding: 4px 6px;
      font: inherit; font-size: 13px; color: inherit; background: transparent;
      border: 0; border-bottom: 1px solid var(--line); border-radius: 0; color-scheme: light dark;
    }
    select option { color: var(--ink); background: var(--paper); }
    .hint { margin: -4px 0 0 84px; color: var(--faint); font-size: 11px; }
    .actions { display: flex; align-items: center; gap: 16px; margin: 4px 0 0; }
    button {
      font: 500 11px/1 var(--sans); letter-spacing: .12em; text-transform: uppercase; cursor: pointer;
      padding: 11px 20px; color: var(--paper); background: var(--ink); border: 1px solid var(--ink);
      border-radius: 2px;
    }
    aside a { color: inherit; text-underline-offset: 3px; text-decoration-thickness: 1px; }
    .problems {
      padding: 7px 14px; background: var(--paper); color: var(--wrong) !important;
      border: 1px solid currentcolor; border-radius: 999px; text-decoration: none;
    }
    .notice { width: 420px; }
    .notice p { margin: 0 0 6px; font-size: 13px; }
    .notice ul { margin: 0; padding: 0; list-style: none; }
    .notice li { padding: 2px 0; overflow-wrap: anywhere; }
    .notice code { font: 12px/1.5 var(--mono); overflow-wrap: anywhere; }
    @media print { aside { display: none; } }

    body.findings {
      margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 var(--sans);
    }
    .findings main { max-width: 860px; margin: 0 auto; padding: clamp(40px, 9vh, 110px) 28px 80px; }
    .findings header { margin-bottom: 44px; }
    .findings h1 { margin: 10px 0 8px; font: 400 clamp(32px, 5vw, 46px)/1.12 var(--serif); }
    .findings .lead { margin: 0; color: var(--faint); }
    .findings article { padding: 28px 0 30px; border-top: 1px solid var(--line); }
    .findings article > * { margin: 0; }
    .findings .code { font-size: 13px; color: var(--faint); }
    .findings .code span {
      font: 500 11px/1 var(--sans); letter-spacing: .14em; text-transform: uppercase; color: var(--faint);
    }
    .findings .error .code span { color: var(--wrong); }
    .findings h2 { margin: 6px 0 14px; font: 400 23px/1.3 var(--serif); overflow-wrap: anywhere; }
    .findings code, .findings pre { font: 13.5px/1.65 var(--mono); }
    .findings .place code { color: var(--accent); overflow-wrap: anywhere; }
    .findings pre {
      margin: 10px 0 18px; padding: 16px 18px; overflow-x: auto; tab-size: 2;
      border: 1px solid var(--line); border-left: 3px solid var(--wrong); border-radius: 2px;
    }
    .findings .warning pre { border-left-color: var(--accent); }
    .findings pre .line { color: var(--faint); user-select: none; margin-right: 12px; }
    .findings pre mark { color: inherit; background: rgb(155 44 31 / .13); }
    .findings pre .caret { color: var(--wrong); }
    .findings .record, .findings ul { margin: 0 0 8px; color: var(--faint); font-size: 14.5px; }
    .findings ul { padding-left: 18px; }
    .findings .help { margin-top: 12px; padding-left: 18px; border-left: 3px solid var(--line); }
    .findings details { margin-top: 16px; font-size: 14.5px; color: var(--faint); }
    .findings summary { cursor: pointer; }
    .findings details p { margin: 8px 0 0; max-width: 62ch; }

    """#
}
