import Formats

/// A text, or a text for each locale.
public struct LocalizedText: Sendable, Equatable {
  private let common: String?
  private let byLocale: [(locale: String, text: String)]

  /// Makes a text that is the same in all locales.
  public init(_ text: String) { self.init(common: text, byLocale: []) }

  private init(common: String?, byLocale: [(locale: String, text: String)]) {
    self.common = common
    self.byLocale = byLocale
  }

  init?(_ node: YAMLNode?) {
    guard let node else { return nil }
    if let members = node.mapping {
      self.init(
        common: nil,
        byLocale: members.compactMap { member in
          guard let locale = member.key.string, let text = member.value.string else { return nil }
          return (locale, text)
        })
    } else {
      guard let text = node.string else { return nil }
      self.init(text)
    }
  }

  /// The text in a locale, else in its language, else the first that there is.
  public func text(in locale: String) -> String {
    if let common { return common }
    let language = locale.prefix { $0 != "-" }
    return byLocale.first { $0.locale == locale }?.text
      ?? byLocale.first { $0.locale == language }?.text ?? byLocale.first?.text ?? ""
  }

  /// Whether both say the same in the same locales.
  public static func == (left: LocalizedText, right: LocalizedText) -> Bool {
    left.common == right.common
      && left.byLocale.elementsEqual(right.byLocale) {
        $0.locale == $1.locale && $0.text == $1.text
      }
  }
}
