import Bytes
import Diagnostics
import Formats
import Machine
import Markdown

/// All content of a storefront: Markdown files with YAML front matter, in each language.
///
/// `about.md` is in the shop's own language, `about.fr.md` in French; fields that the translation
/// lacks are those of the first.
struct ContentLibrary: Sendable {
  private struct Key: Hashable {
    let kind: ContentKind
    let handle: String
    let locale: String
  }

  private var entries: [Key: ContentEntry] = [:]
  /// Handles of each kind, in byte order of the files.
  private var handles: [ContentKind: [String]] = [:]
  private let sourceLocale: String
  private let renderings: ProductRenderings
  private let zone: String
  /// Product ids by content handle.
  private(set) var productHandles: [String: String] = [:]

  /// Reads a content folder. What is wrong with a file goes to `sink`, with its place.
  ///
  /// - Parameters:
  ///   - shownFolder: the folder as the person would type it.
  ///   - renderings: which files of products are renderings of their records.
  ///   - zone: IANA zone that times without one are written in.
  init(
    folder: String, shownFolder: String, locales: [String], sourceLocale: String,
    renderings: ProductRenderings = ProductRenderings(), zone: String = "UTC", sink: DiagnosticSink
  ) throws(MachineError) {
    self.zone = zone
    self.sourceLocale = sourceLocale
    self.renderings = renderings
    guard Files.isFolder(folder) else { return }
    let paths = try Files.walk(folder).filter {
      $0.hasSuffix(".md") && !$0.hasSuffix(ProductRenderings.incomingEnding)
    }
    // Files in the shop's language first: translations inherit from them.
    let parts = paths.compactMap { Self.split($0, locales, sourceLocale, shownFolder, sink) }
    for part in parts.filter({ $0.locale == sourceLocale })
      + parts.filter({ $0.locale != sourceLocale })
    {
      try read(part, folder: folder, shownFolder: shownFolder, sink: sink)
    }
  }

  /// The entry in a language, or the one in the shop's own, and whether it is a translation or the
  /// source itself.
  func entry(_ kind: ContentKind, _ handle: String, in locale: String)
    -> (entry: ContentEntry, isReal: Bool)?
  {
    if let found = entries[Key(kind: kind, handle: handle, locale: locale)] { return (found, true) }
    return entries[Key(kind: kind, handle: handle, locale: sourceLocale)].map { ($0, false) }
  }

  /// Handles of a kind in byte order.
  func all(_ kind: ContentKind) -> [String] { handles[kind] ?? [] }

  /// The entry on the product with this id.
  func product(_ id: String, in locale: String) -> ContentEntry? {
    productHandles[id].flatMap { entry(.product, $0, in: locale)?.entry }
  }

  /// Calls `body` with every text of every file: its body and what its fields say.
  func forEachText(_ body: (String) -> Void) {
    func look(at value: TapeValue) {
      if let text = value.string { body(text) }
      for (_, member) in value.members { look(at: member) }
      for element in value.children { look(at: element) }
    }
    for entry in entries.values {
      body(entry.html)
      look(at: entry.fields)
    }
  }

  // MARK: Reading

  private struct Part {
    var path: String
    var kind: ContentKind
    var handle: String
    var locale: String
  }

  private static func split(
    _ path: String, _ locales: [String], _ sourceLocale: String, _ shownFolder: String,
    _ sink: DiagnosticSink
  ) -> Part? {
    var name = String(path.dropLast(3))
    var locale = sourceLocale
    if let dot = name.lastIndex(of: "."), !name[dot...].contains("/") {
      let ending = String(name[name.index(after: dot)...])
      // A tag is the same in capitals and in small letters (RFC 5646, section 2.1.1).
      guard let known = locales.first(where: { $0.lowercased() == ending.lowercased() }) else {
        sink.report(
          Diagnostic(
            "content.locale", .warning,
            "\(shownFolder)/\(path) is in a language that the storefront does not have: \(ending)",
            at: SourceLocation(file: "\(shownFolder)/\(path)", line: 1, column: 1),
            help: "languages are \(locales.joined(separator: ", ")); add it to a market or rename"))
        return nil
      }
      locale = known
      name = String(name[..<dot])
    }
    if name == "index" { return Part(path: path, kind: .home, handle: "index", locale: locale) }
    let folders: [(String, ContentKind)] = [
      ("pages/", .page), ("journal/", .article), ("products/", .product),
    ]
    for (prefix, kind) in folders where name.hasPrefix(prefix) {
      let handle = String(name.dropFirst(prefix.count))
      return Part(path: path, kind: kind, handle: handle, locale: locale)
    }
    sink.report(
      Diagnostic(
        "content.place", .error, "\(shownFolder)/\(path) stands in no folder that has pages",
        at: SourceLocation(file: "\(shownFolder)/\(path)", line: 1, column: 1),
        help: "move it to pages/, journal/ or products/"))
    return nil
  }

  private mutating func read(
    _ part: Part, folder: String, shownFolder: String, sink: DiagnosticSink
  ) throws(MachineError) {
    let shown = "\(shownFolder)/\(part.path)"
    let bytes = WrittenText.checked(
      try Files.read("\(folder)/\(part.path)"), file: shown, sink: sink)
    let text = String(decoding: bytes, as: UTF8.self)
    let matter = FrontMatter.split(text)
    if matter.isUnclosed {
      sink.report(
        Diagnostic(
          "content.front-matter", .error, "the front matter of \(shown) is never closed",
          at: SourceLocation(file: shown, line: 1, column: 1), help: "end it with a line `---`"))
      return
    }
    let isRendering = renderings.paths.contains(shown)
    let inherited = entries[
      Key(kind: part.kind, handle: part.handle, locale: sourceLocale)]
    guard
      let fields = FrontMatterReader(
        file: shown, kind: part.kind, sink: sink,
        onlyKeys: isRendering ? renderings.ownKeys : nil
      ).fields(of: matter, inheriting: part.locale == sourceLocale ? nil : inherited?.fields)
    else { return }
    guard Self.isSafe(part.handle) else {
      sink.report(
        Diagnostic(
          "content.name", .error, "\(shown) cannot be part of an address",
          at: SourceLocation(file: shown, line: 1, column: 1),
          help: "name it with letters, digits and hyphens"))
      return
    }
    // The body of a rendering is the description: it comes by way of the mirror.
    let body = isRendering ? "" : matter.body
    let isInherited =
      body.utf8.allSatisfy { $0 <= 0x20 } && inherited != nil && part.kind == .product
    let entry = ContentEntry(
      kind: part.kind, handle: part.handle, locale: part.locale, file: shown,
      fields: fields.value,
      html: isInherited ? inherited?.html ?? "" : Markdown.html(body),
      wordCount: body.split { $0 == " " || $0 == "\n" }.count, zone: zone)
    let key = Key(kind: part.kind, handle: part.handle, locale: part.locale)
    if let other = entries[key] {
      sink.report(
        Diagnostic(
          "content.language-twice", .warning,
          "\(shown) is left out: \(other.file) is the same page in \(part.locale)",
          at: SourceLocation(file: shown, line: 1, column: 1),
          help: "keep one of them; a file without a language in its name is in the first language "
            + "of the storefront, or in its `source_locale`"))
      return
    }
    if part.kind == .product { join(entry, sink) }
    entries[key] = entry
    if handles[part.kind]?.contains(part.handle) != true {
      handles[part.kind, default: []].append(part.handle)
    }
  }

  private static func isSafe(_ handle: String) -> Bool {
    Path.staysBeneath(handle)
      && handle.unicodeScalars.allSatisfy { !"?#%\\<>\"' \t".unicodeScalars.contains($0) }
  }

  /// Joins a file to its product by id.
  private mutating func join(_ entry: ContentEntry, _ sink: DiagnosticSink) {
    guard let id = entry.text("id") else {
      sink.report(
        Diagnostic(
          "content.product-id", .error, "\(entry.file) does not say which product it is about",
          at: SourceLocation(file: entry.file, line: 1, column: 1),
          help: "add `id:` with the product's id to the front matter"))
      return
    }
    if let other = productHandles[id], other != entry.handle {
      sink.report(
        Diagnostic(
          "content.product-twice", .error,
          "two files are about one product: products/\(other).md and products/\(entry.handle).md",
          at: SourceLocation(file: entry.file, line: 1, column: 1),
          record: RecordReference(type: "product", id: id), help: "keep one of them"))
      return
    }
    productHandles[id] = entry.handle
  }
}
