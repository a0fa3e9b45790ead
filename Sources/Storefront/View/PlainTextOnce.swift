import Catalog
import Markdown
import Synchronization

/// The words of a rich text without markup, made when they are first asked for.
final class PlainTextOnce: Sendable {
  private let made = Mutex<String?>(nil)

  /// The words of `source`, which must be the same at each call.
  func text(of source: RichText?) -> String {
    made.withLock { made in
      if let made { return made }
      let text = Self.words(of: source)
      made = text
      return text
    }
  }

  /// The words of a rich text, "" where there is none.
  static func words(of source: RichText?) -> String {
    switch source {
    case nil: ""
    case .markdown(let text): Markdown.plainText(text)
    case .html(let text): HTMLCleaner.plainText(text)
    }
  }
}
