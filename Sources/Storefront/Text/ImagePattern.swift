import Bytes

/// How a picture's address asks for a size: `{url}?width={width}`, `/cdn/{width}x{height}{url}`.
///
/// Placeholders are `{url}`, `{width}`, `{height}` and `{crop}`. Whoever serves the pictures must
/// understand the addresses; vector pictures never get one.
public struct ImagePattern: Hashable, Sendable {
  /// The pattern as it was written.
  public let text: String

  private enum Part: Hashable {
    case text(String)
    case url
    case width
    case height
    case crop
  }

  private let parts: [Part]

  /// Reads a pattern; nil where a placeholder is unknown, or `{url}` or every size is missing.
  public init?(_ text: String) {
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
      guard let close = rest[open...].firstIndex(of: "}") else { return nil }
      switch rest[rest.index(after: open)..<close] {
      case "url": parts.append(.url)
      case "width": parts.append(.width)
      case "height": parts.append(.height)
      case "crop": parts.append(.crop)
      default: return nil
      }
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    guard parts.contains(.url), parts.contains(.width) || parts.contains(.height) else {
      return nil
    }
    self.text = text
    self.parts = parts
  }

  /// Whether the pattern names a height.
  var hasHeight: Bool { parts.contains(.height) }

  /// The address of a picture in a size.
  func address(of url: String, width: Int, height: Int, crop: String) -> String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .url: result += url
      case .width: result += "\(width)"
      case .height: result += "\(height)"
      case .crop: result += crop
      }
    }
    return result
  }
}
