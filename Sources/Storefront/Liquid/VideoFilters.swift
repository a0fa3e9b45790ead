import Bytes
import Liquid

/// Filters that write films: elements only, whoever hosts the films plays them.
enum VideoFilters {
  static func add(to dialect: inout Dialect) {
    dialect.addFilter("external_video_url", arity: 0...0) {
      context, input, arguments throws(LiquidError) in
      guard let url = try playerAddress(input, arguments, &context) else { return .null }
      return context.text(url)
    }
    dialect.addFilter("external_video_tag", arity: 0...0) {
      context, input, arguments throws(LiquidError) in
      try externalTag(input, arguments, &context)
    }
    dialect.addFilter("video_tag", arity: 0...0) { context, input, arguments throws(LiquidError) in
      try videoTag(input, arguments, &context)
    }
    dialect.addFilter("media_tag", arity: 0...0) { context, input, arguments throws(LiquidError) in
      guard !input.isNull else { return .null }
      switch context.string(of: try context.member(of: input, Name.mediaType)) {
      case "external_video": return try externalTag(input, arguments, &context)
      case "video": return try videoTag(input, arguments, &context)
      default: return try ImageFilters.tag(input, arguments, &context)
      }
    }
  }

  private enum Name {
    static let mediaType = Symbols.shared.intern("media_type")
    static let host = Symbols.shared.intern("host")
    static let externalID = Symbols.shared.intern("external_id")
    static let alt = Symbols.shared.intern("alt")
    static let src = Symbols.shared.intern("src")
    static let sources = Symbols.shared.intern("sources")
    static let url = Symbols.shared.intern("url")
    static let mimeType = Symbols.shared.intern("mime_type")
    static let width = Symbols.shared.intern("width")
    static let height = Symbols.shared.intern("height")
    static let imageSize = Symbols.shared.intern("image_size")
    static let previewImage = Symbols.shared.intern("preview_image")
  }

  /// Address of the host's player, with the arguments as its parameters.
  private static func playerAddress(
    _ input: Value, _ arguments: Arguments?, _ context: inout RenderContext
  ) throws(LiquidError) -> String? {
    guard !input.isNull else { return nil }
    let host = context.string(of: try context.member(of: input, Name.host))
    let id = context.string(of: try context.member(of: input, Name.externalID))
    guard !id.isEmpty else {
      throw LiquidError(
        .argument, "external_video_url needs a film of youtube or vimeo",
        help: "its media_type is external_video")
    }
    var query: [String] = []
    for index in 0..<(arguments?.namedCount ?? 0) {
      guard let arguments else { break }
      var pair = ByteBuffer(capacity: 32)
      pair.append(percentEncoding: Symbols.shared.name(arguments.name(at: index)))
      pair.append("=")
      pair.append(percentEncoding: context.string(of: arguments.namedValue(at: index)))
      query.append(pair.string)
    }
    let base =
      host == "vimeo"
      ? "https://player.vimeo.com/video/\(id)" : "https://www.youtube-nocookie.com/embed/\(id)"
    return query.isEmpty ? base : "\(base)?\(query.joined(separator: "&"))"
  }

  private static func externalTag(
    _ input: Value, _ arguments: Arguments, _ context: inout RenderContext
  ) throws(LiquidError) -> Value {
    guard !input.isNull else { return .null }
    var frame = HTMLElement("iframe")
    if input.kind == .text {
      frame.set("src", context.string(of: input))
    } else {
      guard let url = try playerAddress(input, nil, &context) else { return .null }
      frame.set("src", url)
      frame.set("title", context.string(of: try context.member(of: input, Name.alt)))
    }
    frame.set("loading", "lazy")
    frame.set("allow", "encrypted-media; picture-in-picture")
    frame.set("allowfullscreen", nil)
    frame.set(arguments, &context)
    return try context.build(safe: true) { frame.append(text: "", to: &$0) }
  }

  private static func videoTag(
    _ input: Value, _ arguments: Arguments, _ context: inout RenderContext
  ) throws(LiquidError) -> Value {
    guard !input.isNull else { return .null }
    var video = HTMLElement("video")
    video.set("playsinline", nil)
    video.set("controls", nil)
    video.set("preload", "metadata")
    let alt = context.string(of: try context.member(of: input, Name.alt))
    if !alt.isEmpty { video.set("aria-label", alt) }
    for (name, key) in [("width", Name.width), ("height", Name.height)] {
      let value = try context.member(of: input, key)
      if !value.isNull { video.set(name, context.string(of: value)) }
    }
    let poster = try context.member(of: input, Name.previewImage)
    if !poster.isNull {
      video.set("poster", context.string(of: try context.member(of: poster, Name.src)))
    }
    video.set(arguments, without: [Name.imageSize], &context)
    var sources: [HTMLElement] = []
    let list = try context.member(of: input, Name.sources)
    for index in 0..<(try context.count(of: list)) {
      let entry = try context.element(of: list, at: index)
      var source = HTMLElement("source")
      source.set("src", context.string(of: try context.member(of: entry, Name.url)))
      source.set("type", context.string(of: try context.member(of: entry, Name.mimeType)))
      sources.append(source)
    }
    guard !sources.isEmpty else {
      throw LiquidError(
        .argument, "video_tag needs a film", help: "its media_type is video; others: media_tag")
    }
    return try context.build(safe: true) { buffer in
      video.append(to: &buffer)
      for source in sources { source.append(to: &buffer) }
      buffer.append("</video>")
    }
  }
}
