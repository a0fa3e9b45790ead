import Bytes
import Catalog
import Liquid
import Locales

/// Filters that write amounts of minor units.
enum MoneyFilters {
  static func add(to dialect: inout Dialect) {
    let styles: [(String, MoneyFormat.Style)] = [
      ("money", .symbol), ("money_with_currency", .symbolAndCode),
      ("money_without_currency", .amount), ("money_amount", .amount),
      ("money_without_trailing_zeros", .withoutTrailingZeros),
    ]
    for (name, style) in styles {
      dialect.addFilter(name, arity: 0...0) { context, input, _ throws(LiquidError) in
        guard !input.isNull else { return .null }
        let minor = try context.integer(of: input)
        let host = try StorefrontDialect.host(&context)
        return try context.build { append(minor, style, host, to: &$0) }
      }
    }
    dialect.addFilter("unit_price_with_measurement", arity: 1...2) {
      context, input, arguments throws(LiquidError) in
      guard !input.isNull else { return .null }
      let minor = try context.integer(of: input)
      let host = try StorefrontDialect.host(&context)
      let unit =
        arguments.count > 1
        ? context.string(of: arguments[1]) : try reference(arguments[0], &context)
      return try context.build { buffer in
        append(minor, .symbol, host, to: &buffer)
        if !unit.isEmpty {
          buffer.append("/")
          buffer.append(unit)
        }
      }
    }
  }

  private static let valueName = Symbols.shared.intern("reference_value")
  private static let unitName = Symbols.shared.intern("reference_unit")

  /// What a unit price is the price of: `100ml`, or `ml` where it is one. Text is taken as it is.
  private static func reference(
    _ measurement: Value, _ context: inout RenderContext
  ) throws(LiquidError) -> String {
    guard !measurement.isNull else { return "" }
    if measurement.kind == .text { return context.string(of: measurement) }
    let unit = context.string(of: try context.member(of: measurement, unitName))
    let value = context.string(of: try context.member(of: measurement, valueName))
    return value == "1" ? unit : "\(value)\(unit)"
  }

  /// Appends an amount in the shop's own way, or where it has none, in that of the locale.
  static func append(
    _ minor: Int64, _ style: MoneyFormat.Style, _ host: PageHost, to buffer: inout ByteBuffer
  ) {
    if let pattern = host.theme.moneyPattern {
      write(minor, style, pattern, host, to: &buffer)
    } else {
      host.theme.money.append(minor, style, into: &buffer)
    }
  }

  /// Writes an amount in the shop's own way.
  private static func write(
    _ minor: Int64, _ style: MoneyFormat.Style, _ pattern: MoneyPattern, _ host: PageHost,
    to buffer: inout ByteBuffer
  ) {
    let currency = host.view.market.currency
    switch style {
    case .amount:
      MoneyPattern.append(minor, exponent: currency.exponent, pattern.placeholder, to: &buffer)
    case .symbolAndCode:
      pattern.append(minor, exponent: currency.exponent, to: &buffer)
      buffer.append(" ")
      buffer.append(currency.code)
    case .withoutTrailingZeros where minor % currency.minorPerMajor == 0:
      pattern.append(minor / currency.minorPerMajor, exponent: 0, to: &buffer)
    default: pattern.append(minor, exponent: currency.exponent, to: &buffer)
    }
  }
}
