import Catalog

/// A picture or film of a product as a page shows it.
public enum MediaView: Hashable, Sendable {
  /// A still picture.
  case image(ImageView)
  /// A film.
  case video(VideoView)

  /// Path or URL of the file or player.
  public var source: String {
    switch self {
    case .image(let image): image.source
    case .video(let video): video.source
    }
  }

  /// The picture, if it is one.
  public var image: ImageView? {
    if case .image(let image) = self { image } else { nil }
  }
}

/// A film as a page shows it: a file, or the player of a host.
public struct VideoView: Hashable, Sendable {
  /// Who plays films that are no files of the site.
  public enum Host: String, Sendable {
    /// youtube.com
    case youtube
    /// vimeo.com
    case vimeo
  }

  /// Path or URL.
  public let source: String
  /// Text for those who do not see it.
  public let alt: String
  /// Width in pixels; 0 where it is not known.
  public let width: Int
  /// Height in pixels; 0 where it is not known.
  public let height: Int

  /// Describes a film.
  public init(source: String, alt: String, width: Int, height: Int) {
    self.source = source
    self.alt = alt
    self.width = width
    self.height = height
  }

  /// The host and its name for the film, where the address is one of theirs.
  public var external: (host: Host, id: String)? { Self.external(source) }

  /// The host and its name for the film behind an address.
  static func external(_ address: String) -> (host: Host, id: String)? {
    guard let start = address.firstRange(of: "://")?.upperBound else { return nil }
    let parts = address[start...].split(separator: "/", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let site = parts[0].hasPrefix("www.") ? parts[0].dropFirst(4) : parts[0]
    let path = parts[1]
    let last = path.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last ?? ""
    func id(_ text: Substring) -> String? {
      let isPlain = text.utf8.allSatisfy {
        ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122) || $0 == 45
          || $0 == 95
      }
      return isPlain && !text.isEmpty ? String(text) : nil
    }
    switch site {
    case "youtu.be", "youtube-nocookie.com": return id(last).map { (.youtube, $0) }
    case "youtube.com", "m.youtube.com":
      guard path.hasPrefix("watch") else { return id(last).map { (.youtube, $0) } }
      let query = path.drop { $0 != "?" }.dropFirst().split(separator: "&")
      return query.first { $0.hasPrefix("v=") }.flatMap { id($0.dropFirst(2)) }
        .map { (.youtube, $0) }
    case "vimeo.com", "player.vimeo.com": return id(last).map { (.vimeo, $0) }
    default: return nil
    }
  }

  /// The type of the file by its ending.
  var mimeType: String {
    let path = source.prefix { $0 != "?" && $0 != "#" }
    switch path.split(separator: ".").last?.lowercased() {
    case "webm": return "video/webm"
    case "mov": return "video/quicktime"
    case "m3u8": return "application/x-mpegURL"
    case "ogv": return "video/ogg"
    default: return "video/mp4"
    }
  }
}
