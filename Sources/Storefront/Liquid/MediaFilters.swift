import Bytes
import Diagnostics
import Liquid

/// Filters that name files and write the elements that show them.
enum MediaFilters {
  static func add(to dialect: inout Dialect) {
    dialect.addFilter("asset_url", arity: 0...0) { context, input, _ throws(LiquidError) in
      let host = try StorefrontDialect.host(&context)
      return context.text(asset(context.string(of: input), host, &context))
    }
    dialect.addFilter("inline_asset_content", arity: 0...0) {
      context, input, _ throws(LiquidError) in
      let host = try StorefrontDialect.host(&context)
      let name = context.string(of: input)
      guard let content = host.theme.inlineAssets(name) else {
        missing(name, host, &context)
        return .null
      }
      return try context.build(safe: true) { $0.append(content) }
    }
    dialect.addFilter("file_url", arity: 0...0) { context, input, _ throws(LiquidError) in
      let host = try StorefrontDialect.host(&context)
      return context.text(host.view.shop.mediaBase + context.string(of: input))
    }
    for name in ["image_url", "img_url", "product_img_url", "collection_img_url"] {
      dialect.addFilter(name, arity: 0...1) { context, input, _ throws(LiquidError) in
        try source(input, &context)
      }
    }
    for name in ["image_tag", "img_tag"] {
      dialect.addFilter(name, arity: 0...1) { context, input, arguments throws(LiquidError) in
        try imageTag(input, arguments, &context)
      }
    }
    elements(&dialect)
  }

  private static func elements(_ dialect: inout Dialect) {
    let forms: [(String, String, String)] = [
      ("stylesheet_tag", "<link rel=\"stylesheet\" href=\"", "\">"),
      ("script_tag", "<script src=\"", "\" defer></script>"),
    ]
    for (name, before, after) in forms {
      dialect.addFilter(name, arity: 0...0) { context, input, _ throws(LiquidError) in
        let url = context.string(of: input)
        return try context.build(safe: true) { buffer in
          buffer.append(before)
          buffer.append(escapingMarkup: url)
          buffer.append(after)
        }
      }
    }
    dialect.addFilter("preload_tag", arity: 0...0) {
      context, input, arguments throws(LiquidError) in
      let url = context.string(of: input)
      let kind = arguments.named(asName).map { context.string(of: $0) } ?? "style"
      return try context.build(safe: true) { buffer in
        buffer.append("<link rel=\"preload\" href=\"")
        buffer.append(escapingMarkup: url)
        buffer.append("\" as=\"")
        buffer.append(escapingMarkup: kind)
        buffer.append(kind == "font" ? "\" crossorigin>" : "\">")
      }
    }
  }

  private static let asName = Symbols.shared.intern("as")
  private static let altName = Symbols.shared.intern("alt")
  private static let srcName = Symbols.shared.intern("src")
  private static let widthName = Symbols.shared.intern("width")
  private static let heightName = Symbols.shared.intern("height")
  private static let imageName = Symbols.shared.intern("featured_image")
  private static let ownImageName = Symbols.shared.intern("image")

  private static func asset(_ name: String, _ host: PageHost, _ context: inout RenderContext)
    -> String
  {
    if let path = host.theme.assets[name] { return path }
    missing(name, host, &context)
    return "/assets/\(name)"
  }

  private static func missing(_ name: String, _ host: PageHost, _ context: inout RenderContext) {
    let near = Suggestion.nearest(to: name, among: host.theme.assets.keys.sorted())
    context.warn(
      Diagnostic(
        "theme.missing-asset", .warning, "the theme has no file `assets/\(name)`",
        help: near.map { "did you mean `\($0)`?" }))
  }

  /// The picture itself, or that of a product, variant, collection or article.
  private static func image(_ input: Value, _ context: inout RenderContext) throws(LiquidError)
    -> Value
  {
    for name in [imageName, ownImageName] {
      let inner = try context.member(of: input, name)
      if !inner.isNull { return inner }
    }
    return input
  }

  /// Address of a picture. Pictures have one size until renditions are made, so the width that is
  /// asked for changes nothing.
  private static func source(_ input: Value, _ context: inout RenderContext) throws(LiquidError)
    -> Value
  {
    guard !input.isNull, input.kind != .text else { return input }
    return try context.member(of: try image(input, &context), srcName)
  }

  private static func imageTag(
    _ input: Value, _ arguments: Arguments, _ context: inout RenderContext
  ) throws(LiquidError) -> Value {
    guard !input.isNull else { return .null }
    var attributes: [(String, String)] = []
    if input.kind == .text {
      attributes.append(("src", context.string(of: input)))
    } else {
      let picture = try image(input, &context)
      for (name, key) in [
        ("src", srcName), ("alt", altName), ("width", widthName), ("height", heightName),
      ] {
        let value = try context.member(of: picture, key)
        if !value.isNull { attributes.append((name, context.string(of: value))) }
      }
    }
    for index in 0..<arguments.namedCount {
      let name = Symbols.shared.name(arguments.name(at: index))
      guard !["widths", "preload"].contains(name) else { continue }
      let value = context.string(of: arguments.namedValue(at: index))
      attributes.removeAll { $0.0 == name }
      attributes.append((name, value))
    }
    if !attributes.contains(where: { $0.0 == "alt" }) { attributes.append(("alt", "")) }
    return try context.build(safe: true) { buffer in
      buffer.append("<img")
      for (name, value) in attributes {
        buffer.append(" \(name)=\"")
        buffer.append(escapingMarkup: value)
        buffer.append("\"")
      }
      buffer.append(">")
    }
  }
}
