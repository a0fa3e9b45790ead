import Bytes
import Liquid

/// Filters that write values for programs.
enum DataFilters {
  static func add(to dialect: inout Dialect) {
    dialect.addFilter("json", arity: 0...0) { context, input, _ throws(LiquidError) in
      try json(input, &context)
    }
    dialect.addFilter("structured_data", arity: 0...0) { context, input, _ throws(LiquidError) in
      try structuredData(input, &context)
    }
    dialect.addFilter("sha256", arity: 0...0) { context, input, _ throws(LiquidError) in
      context.text(SHA256Digest(of: context.bytes(of: input)).hex)
    }
  }

  /// JSON that can stand in a script element.
  private static func json(_ input: Value, _ context: inout RenderContext) throws(LiquidError)
    -> Value
  {
    if let value = context.tapeValue(of: input) {
      return try context.build(safe: true) { buffer in
        var json = ScriptJSON()
        json.value(value)
        buffer.append(json.finish())
      }
    }
    if input.isNull { return context.text("null") }
    if let flag = input.boolean { return context.text(flag ? "true" : "false") }
    if let number = input.integer { return context.text("\(number)") }
    if input.kind == .text {
      let text = context.string(of: input)
      return try context.build(safe: true) { $0.append(jsonString: text, insideScript: true) }
    }
    var parts: [String] = []
    let count = try context.count(of: input)
    for index in 0..<count {
      let element = try context.element(of: input, at: index)
      parts.append(context.string(of: try json(element, &context)))
    }
    return context.text("[\(parts.joined(separator: ","))]")
  }

  private static let idName = Symbols.shared.intern("id")

  /// The schema.org description of the product that the page is about.
  private static func structuredData(_ input: Value, _ context: inout RenderContext)
    throws(LiquidError) -> Value
  {
    let host = try StorefrontDialect.host(&context)
    let id = try context.member(of: input, idName)
    guard let product = host.product, context.string(of: id) == product.id,
      let text = host.productData
    else { return context.text("") }
    return try context.build(safe: true) { $0.append(text) }
  }
}
