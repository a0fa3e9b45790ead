import Bytes
import Diagnostics
import Formats
import Liquid
import Machine
import Storefront

/// A theme on disk: templates, words and files.
///
/// Templates end in `.html.liquid` and are found by the names that templates use: `price` is
/// `partials/price.html.liquid`, `sections/hero`, `layouts/theme` and `pages/product` are what they
/// say. They are read once.
struct ThemeFolder: TemplateLoader {
  /// Sources by name.
  let templates: [String: TemplateSource]
  /// Files of `assets`, with fingerprints.
  var assets: ThemeAssets
  /// Words by language.
  let words: [String: Tape]
  /// Groups of sections and settings.
  let sections: SectionLibrary.Source

  /// Reads a theme. What is wrong with its words goes to `sink`.
  ///
  /// - Parameter shownFolder: the folder as the person would type it.
  init(folder: String, shownFolder: String, sink: DiagnosticSink) throws {
    var templates: [String: TemplateSource] = [:]
    for place in ["layouts", "pages", "sections", "blocks", "partials"] {
      guard Files.isFolder("\(folder)/\(place)") else { continue }
      for path in try Files.walk("\(folder)/\(place)") where path.hasSuffix(".liquid") {
        let name = "\(place)/\(Self.plain(path))"
        templates[name] = TemplateSource(
          name: "\(shownFolder)/\(place)/\(path)",
          text: try Files.read("\(folder)/\(place)/\(path)"))
      }
    }
    self.templates = templates
    assets = try ThemeAssets(folder: "\(folder)/assets")
    words = try Self.words("\(folder)/locales", "\(shownFolder)/locales", sink)
    sections = try Self.sections(folder, shownFolder, sink)
  }

  private static func sections(_ folder: String, _ shown: String, _ sink: DiagnosticSink) throws
    -> SectionLibrary.Source
  {
    func read(_ path: String) throws -> ThemeJSON? {
      guard Files.exists("\(folder)/\(path)") else { return nil }
      return ThemeJSON(try Files.read("\(folder)/\(path)"), file: "\(shown)/\(path)", sink: sink)
    }
    var source = SectionLibrary.Source()
    source.settingsSchema = try read("config/settings_schema.json")
    source.settingsData = try read("config/settings_data.json")
    guard Files.isFolder("\(folder)/sections") else { return source }
    for name in try Files.walk("\(folder)/sections") where name.hasSuffix(".json") {
      source.groups[String(name.dropLast(5))] = try read("sections/\(name)")
    }
    return source
  }

  /// The template called `name`.
  func source(named name: String) -> TemplateSource? {
    templates[name] ?? templates["partials/\(name)"]
  }

  /// Names of all templates, in order.
  var names: [String] { templates.keys.sorted() }

  /// Names of all templates as other templates write them: partials without their folder.
  var spokenNames: [String] {
    names.map { $0.hasPrefix("partials/") ? String($0.dropFirst(9)) : $0 }
  }

  /// Whether some template holds these words.
  func mentions(_ words: [String]) -> Bool {
    templates.values.contains { source in
      source.text.withUnsafeBytes { text in
        words.contains { word in
          var word = word
          return word.withUTF8 { text.offset(of: UnsafeRawBufferPointer($0)) != nil }
        }
      }
    }
  }

  /// Names of page templates without their folder.
  var pageNames: [String] {
    names.filter { $0.hasPrefix("pages/") }.map { String($0.dropFirst(6)) }
  }

  /// A digest of all templates and words, for deciding what a change of theme touches.
  var digest: SHA256Digest {
    var hasher = SHA256Hasher()
    for name in names {
      hasher.update(name)
      templates[name]?.text.withUnsafeBytes { hasher.update($0) }
    }
    return hasher.digest()
  }

  /// `product.html.liquid` is `product`.
  private static func plain(_ path: String) -> String {
    var name = String(path.dropLast(".liquid".count))
    for ending in [".html", ".xml", ".txt"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    return name
  }

  private static func words(_ folder: String, _ shown: String, _ sink: DiagnosticSink) throws
    -> [String: Tape]
  {
    guard Files.isFolder(folder) else { return [:] }
    var found: [String: Tape] = [:]
    for name in try Files.list(folder) where name.hasSuffix(".json") {
      let text = try Files.readText("\(folder)/\(name)")
      do throws(FormatError) {
        found[String(name.dropLast(5))] = try JSON.parse(text)
      } catch {
        let place = SourceLocation(
          file: "\(shown)/\(name)", line: error.line, column: error.column)
        sink.report(Diagnostic("theme.words", .error, error.message, at: place))
      }
    }
    return found
  }
}
