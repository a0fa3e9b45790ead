import Bytes
import Diagnostics
import Liquid

/// Filters that write values for programs.
enum DataFilters {
  static func add(to dialect: inout Dialect) {
    dialect.addFilter("json", arity: 0...0) { context, input, _ throws(LiquidError) in
      var json = ByteBuffer(capacity: 256)
      try append(input, depth: 0, to: &json, &context)
      return try context.build(safe: true) { $0.append(json) }
    }
    dialect.addFilter("structured_data", arity: 0...0) { context, input, _ throws(LiquidError) in
      try structuredData(input, &context)
    }
  }

  /// Lists in lists that `json` follows; data is far shallower.
  private static let depthLimit = 64

  /// Appends JSON that can stand in a script element: `<`, `>` and `&` are written as escapes.
  private static func append(
    _ value: Value, depth: Int, to buffer: inout ByteBuffer, _ context: inout RenderContext
  ) throws(LiquidError) {
    if let node = context.tapeValue(of: value) {
      var json = ScriptJSON()
      json.value(node)
      return buffer.append(json.finish())
    }
    switch value.kind {
    case .null, .absent: buffer.append("null")
    case .boolean: buffer.append(value.isTruthy ? "true" : "false")
    case .integer, .big, .decimal, .float: buffer.append(number(context.string(of: value)))
    case .list, .range: try appendList(value, depth: depth, to: &buffer, &context)
    case .object:
      if context.object(of: value) is SizedImage {
        buffer.append(jsonString: context.string(of: value), insideScript: true)
      } else {
        try appendList(value, depth: depth, to: &buffer, &context)
      }
    default: buffer.append(jsonString: context.string(of: value), insideScript: true)
    }
  }

  /// What JSON has no number for, such as a division's infinity, is null.
  private static func number(_ text: String) -> String {
    text.utf8.last.map { $0 >= 48 && $0 <= 57 } == true ? text : "null"
  }

  private static func appendList(
    _ value: Value, depth: Int, to buffer: inout ByteBuffer, _ context: inout RenderContext
  ) throws(LiquidError) {
    guard depth < depthLimit else { throw LiquidError(.stackLevel, "Nesting too deep") }
    buffer.append("[")
    for index in 0..<(try context.count(of: value)) {
      if index > 0 { buffer.append(",") }
      let element = try context.element(of: value, at: index)
      try append(element, depth: depth + 1, to: &buffer, &context)
    }
    buffer.append("]")
  }

  private static let idName = Symbols.shared.intern("id")
  private static let urlName = Symbols.shared.intern("url")

  /// The schema.org description of the product or article that the page is about.
  private static func structuredData(_ input: Value, _ context: inout RenderContext)
    throws(LiquidError) -> Value
  {
    guard !input.isNull else { return .null }
    let host = try StorefrontDialect.host(&context)
    if let product = host.product,
      context.string(of: try context.member(of: input, idName)) == product.id
    {
      guard let text = host.productData else { return .null }
      return try context.build(safe: true) { $0.append(text) }
    }
    if host.page.template == "article", let text = host.structuredData.first,
      context.string(of: try context.member(of: input, urlName)) == host.page.path
    {
      return try context.build(safe: true) { $0.append(text) }
    }
    context.warn(
      Diagnostic(
        "theme.structured-data", .warning,
        "structured_data describes the page's own product or article, nothing else",
        help: "use it on `product` in pages/product or on `article` in pages/article"))
    return .null
  }
}
