import Bytes
import Formats
import Machine
import Settings
import Storefront

/// The public part of a sealed tree: one small page that takes the key, its style and its script. It
/// names nothing that is private.
struct SealedShell {
  /// A public file of the tree.
  struct File: Sendable {
    var path: String
    var bytes: [UInt8]
  }

  /// Page, style, script, fonts and what tells search engines to stay away.
  let files: [File]

  /// Makes the shell in the theme's style (`sealed/style.css` of the theme, which may name fonts of its
  /// `assets`) and words (`sealed` in its words, in each language of the storefront), or in the program's
  /// own.
  init(theme: String, storefront: StorefrontSettings) throws {
    let words = Self.locales(of: storefront).map { Words(theme: theme, locale: $0) }
      .enumerated().filter { $0.offset == 0 || $0.element.isTranslated }.map(\.element)
    var files: [File] = []
    let own = "\(theme)/sealed/style.css"
    var style = Files.exists(own) ? try Files.readText(own) : Self.usualStyle
    let assets = "\(theme)/assets"
    for name in Files.isFolder(assets) ? try Files.walk(assets) : [] {
      guard style.contains("url(\"\(name)\")") else { continue }
      let bytes = try Files.read("\(assets)/\(name)")
      let file = Self.fingerprinted(name, bytes)
      style = style.replacing("url(\"\(name)\")", with: "url(\"\(Path.name(of: file))\")")
      files.append(File(path: "shell/\(Path.name(of: file))", bytes: bytes))
    }
    let styleName = Self.fingerprinted("style.css", Array(style.utf8))
    let scriptName = Self.fingerprinted("open.js", Array(SealedLoader.script.utf8))
    files.append(File(path: "shell/\(styleName)", bytes: Array(style.utf8)))
    files.append(File(path: "shell/\(scriptName)", bytes: Array(SealedLoader.script.utf8)))
    let page = Self.page(
      storefront, words, style: "shell/\(styleName)", script: "shell/\(scriptName)")
    files.append(File(path: "index.html", bytes: page.array))
    files.append(
      File(
        path: "robots.txt",
        bytes: Array(RobotsFile.text(isPublic: false, baseURL: storefront.baseURL).utf8)))
    self.files = files
  }

  private static func fingerprinted(_ name: String, _ bytes: [UInt8]) -> String {
    let mark = SHA256Digest(of: bytes).hex.prefix(16)
    guard let dot = name.lastIndex(of: ".") else { return "\(name).\(mark)" }
    return "\(name[..<dot]).\(mark)\(name[dot...])"
  }

  // MARK: Words

  /// Languages of the storefront, the usual one first.
  private static func locales(of storefront: StorefrontSettings) -> [String] {
    var seen: Set<String> = []
    return ([storefront.defaultLocale] + storefront.markets.flatMap(\.locales)).filter {
      seen.insert($0).inserted
    }
  }

  /// The shell's words: the theme's, else these.
  struct Words {
    private let own: TapeValue?
    let locale: String

    /// Whether the theme has them in this language.
    var isTranslated: Bool { own?.kind == .object }

    private static let usual = [
      "title": "A private view",
      "text": "These pages were made for a few. Your key opens them on this device alone.",
      "label": "Your key",
      "hint": "It came with your invitation, or you receive it when you sign in.",
      "open": "Open",
      "busy": "Opening…",
      "wrong": "This key does not open these pages. Please look at it once more.",
      "replaced": "This key was replaced by a new one. Please sign in again or ask us for it.",
      "missing": "These pages cannot be reached at the moment. Please try again.",
      "no_script":
        "These pages are encrypted, and it is your browser that opens them. That needs JavaScript, "
        + "which is switched off here. Nothing else of the house needs it.",
      "back": "To the house's public pages",
    ]

    init(theme: String, locale: String) {
      let language = String(locale.prefix { $0 != "-" })
      let path = ["\(theme)/locales/\(locale).json", "\(theme)/locales/\(language).json"]
        .first { Files.exists($0) }
      // The build has reported words that cannot be read.
      own = path.flatMap { try? JSON.parse(Files.read($0)).value["sealed"] }
      self.locale = locale
    }

    subscript(name: String) -> String { own?[name]?.string ?? Self.usual[name] ?? "" }
  }

  // MARK: The page

  /// Only what the tree itself holds may run here; pictures may come from elsewhere, as they may on
  /// the pages.
  private static let policy =
    "default-src 'none'; script-src 'self' blob:; style-src 'self' blob: 'unsafe-inline'; "
    + "font-src 'self' blob: data:; img-src * blob: data:; media-src * blob:; connect-src 'self'; "
    + "base-uri 'none'; object-src 'none'"

  /// The page in the usual language; the body of each other stands in a `template`, from which the script
  /// takes the one that the reader's browser asks for.
  private static func page(
    _ storefront: StorefrontSettings, _ all: [Words], style: String, script: String
  ) -> ByteBuffer {
    var html = ByteBuffer(capacity: 4096)
    let words = all[0]
    line(&html, "<!doctype html>\n<html lang=\"", escaped: words.locale, end: "\">")
    line(&html, "<head>\n<meta charset=\"utf-8\">")
    line(&html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
    line(&html, "<title>", escaped: title(storefront, words), end: "</title>")
    line(&html, "<meta name=\"robots\" content=\"noindex, nofollow\">")
    line(&html, "<meta name=\"referrer\" content=\"no-referrer\">")
    line(&html, "<meta name=\"color-scheme\" content=\"light dark\">")
    line(&html, "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">")
    line(&html, "<link rel=\"stylesheet\" href=\"\(style)\">")
    line(&html, "<script defer src=\"\(script)\"></script>")
    for words in all.dropFirst() {
      html.append("<template lang=\"")
      html.append(escapingMarkup: words.locale)
      line(&html, "\" title=\"", escaped: title(storefront, words), end: "\">")
      body(storefront, words, &html)
      line(&html, "</template>")
    }
    line(&html, "</head>\n<body>")
    body(storefront, words, &html)
    line(&html, "</body>\n</html>")
    return html
  }

  private static func title(_ storefront: StorefrontSettings, _ words: Words) -> String {
    "\(words["title"]) — \(storefront.shop.name)"
  }

  private static func body(
    _ storefront: StorefrontSettings, _ words: Words, _ html: inout ByteBuffer
  ) {
    line(&html, "<main id=\"content\">")
    line(&html, "<p class=\"wordmark\">", escaped: storefront.shop.name, end: "</p>")
    line(&html, "<h1>", escaped: words["title"], end: "</h1>")
    line(&html, "<p class=\"lede\">", escaped: words["text"], end: "</p>")
    line(
      &html, "<noscript><p class=\"notice\">", escaped: words["no_script"], end: "</p></noscript>")
    html.append("<form name=\"key\" hidden")
    for name in ["busy", "wrong", "replaced", "missing"] {
      html.append(" data-\(name)=\"")
      html.append(escapingMarkup: words[name])
      html.append("\"")
    }
    line(&html, ">")
    line(&html, "<label for=\"code\">", escaped: words["label"], end: "</label>")
    line(
      &html,
      "<input id=\"code\" name=\"code\" type=\"password\" required autocomplete=\"off\" "
        + "autocapitalize=\"none\" spellcheck=\"false\" aria-describedby=\"hint problem\">")
    line(&html, "<p id=\"hint\">", escaped: words["hint"], end: "</p>")
    line(&html, "<p id=\"problem\" role=\"alert\"></p>")
    line(&html, "<button>", escaped: words["open"], end: "</button>\n</form>")
    line(&html, "<p id=\"progress\" role=\"status\"></p>")
    html.append("<p class=\"back\"><a href=\"")
    html.append(escapingMarkup: storefront.baseURL)
    line(&html, "/\">", escaped: words["back"], end: "</a></p>")
    line(&html, "</main>")
  }

  private static func line(
    _ html: inout ByteBuffer, _ start: String, escaped text: String = "", end: String = ""
  ) {
    html.append(start)
    html.append(escapingMarkup: text)
    html.append("\(end)\n")
  }

  /// For themes that bring no style for it.
  private static let usualStyle = """
    :root { --paper: #faf8f4; --ink: #1c1a17; --faint: #665f54; --line: #8d8578; --problem: #8a1c2b; }
    @media (prefers-color-scheme: dark) {
      :root { --paper: #161412; --ink: #f3eee6; --faint: #b3a999; --line: #7d7467; --problem: #f0a3ae; }
    }
    *, ::before, ::after { box-sizing: border-box; }
    html { background: var(--paper); color: var(--ink); font: 400 1rem/1.65 system-ui, sans-serif; }
    body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 2rem 1.25rem; }
    main { width: 100%; max-width: 30rem; text-align: center; }
    .wordmark { margin: 0 0 4rem; font-family: Georgia, serif; letter-spacing: .22em; text-transform: uppercase; }
    h1 { margin: 0 0 1.25rem; font: 400 clamp(2.2rem, 7vw, 3.4rem)/1.1 Georgia, serif; }
    p { margin: 0; }
    .lede { margin-bottom: 3rem; }
    form { display: grid; gap: .5rem; text-align: left; }
    form[hidden] { display: none; }
    input { width: 100%; padding: .8rem 0; border: 0; border-bottom: 1px solid var(--line); background: none; color: inherit; font: inherit; }
    button { margin-top: 1.5rem; padding: .95rem 2rem; border: 1px solid var(--ink); background: var(--ink); color: var(--paper); font: inherit; letter-spacing: .06em; cursor: pointer; }
    :focus-visible { outline: 2px solid currentColor; outline-offset: 4px; }
    #hint, .back { color: var(--faint); font-size: .9rem; }
    #problem { color: var(--problem); min-height: 1.65em; }
    .back { margin-top: 4rem; }
    a { color: inherit; text-underline-offset: .25em; }

    """
}
