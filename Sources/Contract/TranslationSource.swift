public import Bytes
import Formats

/// The text that a translation is made from, and its digest: one rule for server and clients.
public enum TranslationSource {
  /// The text in a record's attributes that a translation's key stands for; nil where there is
  /// none.
  ///
  /// - `options.Colour` is the name of that option, `options.Colour.Black` its value.
  /// - Other keys are paths: `title`, `seo.title`, `metafields.care.wash`.
  /// - Text in a declared format counts without the format. What is no text counts as its RFC 8785
  ///   JSON.
  public static func text(of key: String, in attributes: TapeValue) -> String? {
    if let rest = key.dropPrefix("options.") { return option(rest, attributes["options"]) }
    guard let value = value(at: key, in: attributes), !value.isNull else { return nil }
    if let text = value.string ?? value["markdown"]?.string ?? value["html"]?.string {
      return text
    }
    var buffer = ByteBuffer(capacity: 256)
    JSON.writeCanonical(value, into: &buffer)
    return buffer.string
  }

  /// The digest that a translation of the text names: `sha256:` and SHA-256 of its UTF-8; nil where
  /// there is no text.
  public static func digest(of key: String, in attributes: TapeValue) -> String? {
    text(of: key, in: attributes).map(ContentHash.ofText)
  }

  private static func option(_ rest: String, _ options: TapeValue?) -> String? {
    for option in options?.children ?? [] {
      guard let name = option["name"]?.string else { continue }
      if rest == name { return name }
      if let wanted = rest.dropPrefix("\(name)."),
        let found = option["values"]?.children.first(where: { $0.string == wanted })
      {
        return found.string
      }
    }
    return nil
  }

  /// The member at a path; names may hold dots themselves.
  private static func value(at path: String, in object: TapeValue) -> TapeValue? {
    for (name, member) in object.members {
      if path == name { return member }
      if let rest = path.dropPrefix("\(name)."), let found = value(at: rest, in: member) {
        return found
      }
    }
    return nil
  }
}

extension String {
  fileprivate func dropPrefix(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
