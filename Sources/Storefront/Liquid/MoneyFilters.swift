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
        return try context.build { buffer in
          if let pattern = host.view.shop.moneyPattern {
            write(minor, style, pattern, host, to: &buffer)
          } else {
            host.theme.money.append(minor, style, into: &buffer)
          }
        }
      }
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
