import Bytes
import Liquid

/// Filters that compute with colours. What is no colour passes through unchanged.
enum ColorFilters {
  static func add(to dialect: inout Dialect) {
    conversions(&dialect)
    measures(&dialect)
    changes(&dialect)
  }

  private static func color(_ value: Value, _ context: inout RenderContext) -> Color? {
    Color(context.string(of: value))
  }

  /// A number as templates write it: whole, decimal or text.
  private static func number(
    _ value: Value, _ name: String, _ context: inout RenderContext
  ) throws(LiquidError) -> Double {
    guard let number = Double(context.string(of: value)), number.isFinite else {
      throw LiquidError(.argument, "\(name) needs a number")
    }
    return number
  }

  private static func conversions(_ dialect: inout Dialect) {
    let forms: [(String, @Sendable (Color) -> String)] = [
      ("color_to_hex", { $0.hex }), ("color_to_rgb", { $0.rgb }), ("color_to_hsl", { $0.hslText }),
    ]
    for (name, form) in forms {
      dialect.addFilter(name, arity: 0...0) { context, input, _ throws(LiquidError) in
        guard let color = color(input, &context) else { return input }
        return context.text(form(color))
      }
    }
    dialect.addFilter("hex_to_rgba", arity: 0...1) {
      context, input, arguments throws(LiquidError) in
      guard let color = color(input, &context) else { return input }
      let alpha = arguments.count > 0 ? context.string(of: arguments[0]) : "1"
      let parts = [color.red, color.green, color.blue].map { "\(Color.whole($0))" }
      return context.text("rgba(\(parts.joined(separator: ",")),\(alpha))")
    }
  }

  private static func measures(_ dialect: inout Dialect) {
    dialect.addFilter("color_brightness", arity: 0...0) { context, input, _ throws(LiquidError) in
      guard let color = color(input, &context) else { return input }
      return Value(Double(Color.whole(color.brightness * 100)) / 100)
    }
    let pairs: [(String, @Sendable (Color, Color) -> Value)] = [
      ("brightness_difference", { Value(Color.whole(abs($0.brightness - $1.brightness))) }),
      ("color_difference", { Value(Color.whole($0.difference(to: $1))) }),
      ("color_contrast", { Value(Double(Color.whole($0.contrast(to: $1) * 10)) / 10) }),
    ]
    for (name, measure) in pairs {
      dialect.addFilter(name, arity: 1...1) { context, input, arguments throws(LiquidError) in
        guard let first = color(input, &context), let second = color(arguments[0], &context) else {
          return input
        }
        return measure(first, second)
      }
    }
    dialect.addFilter("color_extract", arity: 1...1) {
      context, input, arguments throws(LiquidError) in
      guard let color = color(input, &context) else { return input }
      let name = context.string(of: arguments[0])
      guard let part = color.part(name) else { throw unknownPart(name) }
      return name == "alpha"
        ? Value(Double(Color.whole(part * 100)) / 100) : Value(Color.whole(part))
    }
  }

  private static func unknownPart(_ name: String) -> LiquidError {
    LiquidError(
      .argument, "a color has no '\(name)'",
      help: "it has red, green, blue, alpha, hue, saturation and lightness")
  }

  private static func changes(_ dialect: inout Dialect) {
    let steps: [(String, @Sendable (Color, Double) -> Color)] = [
      ("color_lighten", { color, step in color.changing { $0.lightness += step } }),
      ("color_darken", { color, step in color.changing { $0.lightness -= step } }),
      ("color_saturate", { color, step in color.changing { $0.saturation += step } }),
      ("color_desaturate", { color, step in color.changing { $0.saturation -= step } }),
    ]
    for (name, change) in steps {
      dialect.addFilter(name, arity: 1...1) { context, input, arguments throws(LiquidError) in
        guard let color = color(input, &context) else { return input }
        return context.text(change(color, try number(arguments[0], name, &context)).text)
      }
    }
    dialect.addFilter("color_modify", arity: 2...2) {
      context, input, arguments throws(LiquidError) in
      guard let color = color(input, &context) else { return input }
      let name = context.string(of: arguments[0])
      let value = try number(arguments[1], "color_modify", &context)
      guard let changed = color.setting(name, to: value) else { throw unknownPart(name) }
      return context.text(changed.text)
    }
    dialect.addFilter("color_mix", arity: 2...2) { context, input, arguments throws(LiquidError) in
      guard let first = color(input, &context), let second = color(arguments[0], &context) else {
        return input
      }
      let share = try number(arguments[1], "color_mix", &context)
      var mixed = first.mixed(with: second, share: share)
      if mixed.notation == .hex, mixed.alpha < 1 { mixed.notation = .rgb }
      return context.text(mixed.text)
    }
  }
}
