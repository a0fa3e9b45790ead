import Bytes
import Diagnostics
import Liquid
import Locales

/// Filters that write words, handles and dates.
enum TextFilters {
  static func add(to dialect: inout Dialect) {
    for name in ["t", "translate"] {
      dialect.addFilter(name, arity: 0...0) { context, input, arguments throws(LiquidError) in
        try translate(input, arguments, &context)
      }
    }
    for name in ["handleize", "handle"] {
      dialect.addFilter(name, arity: 0...0) { context, input, _ throws(LiquidError) in
        context.text(Handle.make(context.string(of: input)))
      }
    }
    dialect.addFilter("pluralize", arity: 2...2) { context, input, arguments throws(LiquidError) in
      try context.integer(of: input) == 1 ? arguments[0] : arguments[1]
    }
    dialect.addFilter("camelize", arity: 0...0) { context, input, _ throws(LiquidError) in
      let words = Handle.make(context.string(of: input)).split(separator: "-")
      return context.text(words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined())
    }
    dialect.addFilter("highlight", arity: 1...1) { context, input, arguments throws(LiquidError) in
      try highlight(context.string(of: input), context.string(of: arguments[0]), &context)
    }
    dialect.addFilter("highlight_active_tag", arity: 0...1) {
      context, input, arguments throws(LiquidError) in
      let tag = context.string(of: input)
      let name = arguments.count > 0 ? context.string(of: arguments[0]) : "active"
      let current = context.variable(currentTagsName)
      for index in 0..<(try context.count(of: current)) {
        let element = try context.element(of: current, at: index)
        guard context.string(of: element) == tag else { continue }
        var span = HTMLElement("span")
        span.set("class", name)
        return try context.build(safe: true) { span.append(text: tag, to: &$0) }
      }
      return input
    }
    dialect.addFilter("weight_with_unit", arity: 0...1) {
      context, input, arguments throws(LiquidError) in
      guard !input.isNull else { return .null }
      let unit = arguments.count > 0 ? context.string(of: arguments[0]) : nil
      return try weight(context.integer(of: input), unit, &context)
    }
  }

  private static let currentTagsName = Symbols.shared.intern("current_tags")
  private static let countName = Symbols.shared.intern("count")

  private static func translate(
    _ input: Value, _ arguments: Arguments, _ context: inout RenderContext
  ) throws(LiquidError) -> Value {
    let host = try StorefrontDialect.host(&context)
    let key = context.string(of: input)
    if let text = host.theme.words.fixedMarkup(key) { return context.safe(context.text(text)) }
    var forms: [String] = []
    if let count = arguments.named(countName), let number = count.integer {
      forms = (number == 0 ? ["zero"] : []) + [host.theme.plurals.category(number)]
    }
    guard let entry = host.theme.words.entry(key, plural: { forms }) else {
      let near = Suggestion.nearest(to: key, among: host.theme.words.keys)
      context.warn(
        Diagnostic(
          "theme.missing-words", .warning, "the theme has no words `\(key)`",
          help: near.map { "did you mean `\($0)`?" }))
      return context.text("translation missing: \(host.view.locale).\(key)")
    }
    var values: [(String, ByteBufferBytes)] = []
    for index in 0..<arguments.namedCount {
      let name = Symbols.shared.name(arguments.name(at: index))
      let bytes = context.bytes(of: arguments.namedValue(at: index))
      values.append((name, ByteBufferBytes([UInt8](bytes))))
    }
    return try context.build(safe: true) { buffer in
      let text = entry.isHTML ? entry.text : ThemeWords.markup(entry.text)
      ThemeWords.fill(text, into: &buffer) { name, buffer in
        guard let value = values.first(where: { $0.0 == name })?.1 else { return }
        value.bytes.withUnsafeBytes { buffer.append(escapingMarkup: $0) }
      }
    }
  }

  /// A value's bytes, held while a text is built.
  private struct ByteBufferBytes {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  private static func highlight(
    _ text: String, _ word: String, _ context: inout RenderContext
  ) throws(LiquidError) -> Value {
    guard !word.isEmpty else { return context.text(text) }
    return try context.build(safe: true) { buffer in
      var rest = text[...]
      while let range = rest.firstRange(of: word) {
        buffer.append(rest[..<range.lowerBound])
        buffer.append("<strong class=\"highlight\">")
        buffer.append(rest[range])
        buffer.append("</strong>")
        rest = rest[range.upperBound...]
      }
      buffer.append(rest)
    }
  }

  /// Grams in a unit: `kg` by default, with up to three decimals.
  private static func weight(
    _ grams: Int64, _ unit: String?, _ context: inout RenderContext
  ) throws(LiquidError) -> Value {
    guard grams.magnitude < 1_000_000_000 else {
      throw LiquidError(.argument, "weight_with_unit: so many grams are no weight of a thing")
    }
    // Thousandths of the unit, exact for metric ones; 1 lb is 453.59237 g, 1 oz a sixteenth.
    let unit = unit ?? "kg"
    let thousandths: Int64
    switch unit {
    case "g": thousandths = grams * 1000
    case "lb": thousandths = (grams * 100_000_000 + 22_679_618) / 45_359_237
    case "oz": thousandths = (grams * 1_600_000_000 + 22_679_618) / 45_359_237
    default: thousandths = grams
    }
    return try context.build { buffer in
      buffer.append(decimal: thousandths / 1000)
      var decimals = Array("\(1000 + thousandths.magnitude % 1000)".utf8.dropFirst())
      while decimals.last == 48 { decimals.removeLast() }
      if !decimals.isEmpty {
        buffer.append(".")
        buffer.append(decimals)
      }
      buffer.append(" ")
      buffer.append(unit)
    }
  }
}
