import Bytes
import Diagnostics
import Liquid

/// Filters that name files and write the elements that show them.
enum MediaFilters {
  static func add(to dialect: inout Dialect) {
    for name in ["asset_url", "asset_img_url"] {
      dialect.addFilter(name, arity: 0...1) { context, input, _ throws(LiquidError) in
        let host = try StorefrontDialect.host(&context)
        return context.text(asset(context.string(of: input), host, &context))
      }
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
    elements(&dialect)
  }

  private static func elements(_ dialect: inout Dialect) {
    dialect.addFilter("stylesheet_tag", arity: 0...0) {
      context, input, arguments throws(LiquidError) in
      var link = HTMLElement("link")
      link.set("rel", "stylesheet")
      link.set("href", context.string(of: input))
      let isPreloaded = arguments.named(preloadName)?.isTruthy ?? false
      link.set(arguments, without: [preloadName], &context)
      return try context.build(safe: true) { buffer in
        if isPreloaded { preload(link["href"] ?? "", as: "style").append(to: &buffer) }
        link.append(to: &buffer)
      }
    }
    dialect.addFilter("script_tag", arity: 0...0) { context, input, arguments throws(LiquidError) in
      var script = HTMLElement("script")
      script.set("src", context.string(of: input))
      script.set("defer", nil)
      script.set(arguments, &context)
      return try context.build(safe: true) { script.append(text: "", to: &$0) }
    }
    dialect.addFilter("preload_tag", arity: 0...0) {
      context, input, arguments throws(LiquidError) in
      let kind = arguments.named(asName).map { context.string(of: $0) } ?? "style"
      var link = preload(context.string(of: input), as: kind)
      link.set(arguments, &context)
      return try context.build(safe: true) { link.append(to: &$0) }
    }
  }

  private static func preload(_ url: String, as kind: String) -> HTMLElement {
    var link = HTMLElement("link")
    link.set("rel", "preload")
    link.set("href", url)
    link.set("as", kind)
    // Fonts are fetched without credentials, and a preload must be fetched alike to be of use.
    if kind == "font" { link.set("crossorigin", nil) }
    return link
  }

  private static let preloadName = Symbols.shared.intern("preload")
  private static let asName = Symbols.shared.intern("as")

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
}
