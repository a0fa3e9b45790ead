import Catalog
import Markdown
import Synchronization

/// The forms of a rich text that pages show, each made when it is first asked for.
final class DescriptionOnce: Sendable {
  private struct Forms {
    var plain: String?
    var html: String?
  }

  private let made = Mutex(Forms())

  /// The words of `source` without markup, "" where there is none. `source` must be the same at each
  /// call.
  func text(of source: RichText?) -> String {
    made.withLock { made in
      if let plain = made.plain { return plain }
      let text = Self.words(of: source)
      made.plain = text
      return text
    }
  }

  /// The HTML of `source`, "" where there is none. The words are made with it, because both come
  /// from one parse.
  func html(of source: RichText?) -> String {
    made.withLock { made in
      if let html = made.html { return html }
      switch source {
      case nil: made = Forms(plain: "", html: "")
      case .markdown(let text):
        let both = Markdown.htmlAndPlainText(text)
        made = Forms(plain: both.plainText, html: both.html)
      case .html(let text):
        made = Forms(
          plain: made.plain ?? HTMLCleaner.plainText(text), html: HTMLCleaner.clean(text))
      }
      return made.html ?? ""
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
