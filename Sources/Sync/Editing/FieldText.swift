import Bytes
public import Catalog
public import Contract
import Diagnostics
import Formats

/// Values as people type them.
public enum FieldText {
  /// Reads the value of a field by what the field may hold; nothing is guessed.
  ///
  /// - Parameters:
  ///   - name: the field as the person named it, for messages.
  ///   - current: the value that the field has: a description keeps its format, a number of the
  ///     merchant's own fields stays a number.
  /// - Throws: `EditError` with `badValue` and what to type.
  public static func value(
    _ text: String, _ kind: AttributeKind, name: String, current: FieldValue = .null
  ) throws(EditError) -> FieldValue {
    guard !text.isEmpty else {
      throw bad("\(name) has an empty value", "type \(name)=!clear to clear it")
    }
    switch kind {
    case .text, .reference: return .text(text)
    case .integer, .number: return .integer(try whole(text, name))
    case .figure: return Int64(text).map { .integer($0) } ?? .text(text)
    case .boolean:
      guard text == "true" || text == "false" else {
        throw bad("\(name) is true or false, not \"\(text)\"", "type \(name)=true")
      }
      return .boolean(text == "true")
    case .choice(let words):
      guard words.contains(text) else {
        let near = Suggestion.nearest(to: text, among: words)
        throw bad(
          "\(name) cannot be \"\(text)\"",
          near.map { "did you mean `\($0)`?" } ?? "it is one of \(words.joined(separator: ", "))")
      }
      return .text(text)
    case .instant: return .text(try instant(text, name))
    case .list(let element, _, _): return .list(try elements(text, element, name: name))
    case .oneOf(let members): return try formatted(text, members, name, current)
    case .object, .map, .audience: return try json(text, name)
    case .anything: return try anything(text, name, current)
    case .nullable(let inner): return try value(text, inner, name: name, current: current)
    }
  }

  /// Reads the value of a record's field: amounts of a price in its currency, all else by what the field may
  /// hold.
  ///
  /// - Parameter code: the currency of the price that the field is of; nil where it is of no price.
  /// - Throws: `EditError` with `badValue` and what to type.
  public static func value(
    _ text: String, of field: String, _ kind: AttributeKind, ofPriceIn code: String?,
    current: FieldValue
  ) throws(EditError) -> FieldValue {
    if field == "amount" || field == "compare_at", let currency = code.flatMap(Currency.init) {
      return try money(text, currency, name: field)
    }
    return try value(text, kind, name: field, current: current)
  }

  /// Reads elements of a list, with commas between them, or as a JSON array.
  public static func elements(
    _ text: String, _ kind: AttributeKind, name: String
  ) throws(EditError) -> [FieldValue] {
    if text.hasPrefix("["), let list = try json(text, name).list { return list }
    var found: [FieldValue] = []
    for part in text.split(separator: ",") {
      let word = trimmed(part)
      if !word.isEmpty { found.append(try value(word, kind, name: name)) }
    }
    guard !found.isEmpty else { throw bad("\(name) has an empty value", "type \(name)=!clear") }
    return found
  }

  /// Reads an amount of money exactly, by the digits of its currency.
  public static func money(
    _ text: String, _ currency: Currency, name: String
  ) throws(EditError) -> FieldValue {
    var digits = text
    if digits.hasSuffix(currency.code) { digits = trimmed(digits.dropLast(3)) }
    do throws(CatalogError) {
      return .integer(try Money(decimal: digits, currency: currency).minor)
    } catch {
      throw bad(
        "\(name) cannot be \"\(text)\": \(reason(error, digits, currency))",
        "type \(suggestion(digits, currency).map { "\(name)=\($0)" } ?? "digits and a point")")
    }
  }

  private static func reason(
    _ error: CatalogError, _ text: String, _ currency: Currency
  ) -> String {
    if text.contains(",") { return "an amount has no commas, only a point before the decimals" }
    return error.message
  }

  /// What the person may have meant: the last separator is the decimal point if fewer than three
  /// digits follow it, the others group thousands.
  private static func suggestion(_ text: String, _ currency: Currency) -> String? {
    let kept = text.filter { $0.isNumber || $0 == "." || $0 == "," || $0 == "-" }
    let parts = kept.split(whereSeparator: { $0 == "." || $0 == "," })
    guard let last = parts.last, parts.allSatisfy({ $0.allSatisfy { $0.isASCII } }) else {
      return nil
    }
    let isFraction = parts.count > 1 && last.count < 3 && last.count <= currency.exponent
    let whole = (isFraction ? parts.dropLast() : parts[...]).joined()
    let guess = isFraction ? "\(whole).\(last)" : whole
    guard let money = try? Money(decimal: guess, currency: currency) else {  // then none is made
      return nil
    }
    return money.decimal
  }

  /// Reads a whole number.
  public static func whole(_ text: String, _ name: String) throws(EditError) -> Int64 {
    guard let number = Int64(text), !text.hasPrefix("+") else {
      throw bad("\(name) is a whole number, not \"\(text)\"", "type \(name)=12")
    }
    return number
  }

  private static func instant(_ text: String, _ name: String) throws(EditError) -> String {
    if let instant = Instant(rfc3339: text) { return instant.rfc3339 }
    if let date = CivilDate(text) {
      return Instant(seconds: Int64(date.daysSinceEpoch) * 86_400).rfc3339
    }
    // By the clocks of a place that is named; what has no zone is refused.
    if let time = AuthoredTime(text, zone: "") {
      return time.instant(name.hasSuffix("until") ? .shutting : .opening).rfc3339
    }
    throw bad(
      "\(name) is a time, not \"\(text)\"",
      "type it as \(name)=2026-12-01T09:00:00Z, with the zone, as "
        + "\(name)=\"2026-12-01T09:00 Europe/Paris\", or \(name)=2026-12-01")
  }

  private static func formatted(
    _ text: String, _ members: [Attribute], _ name: String, _ current: FieldValue
  ) throws(EditError) -> FieldValue {
    let names = members.map(\.name)
    if text.hasPrefix("{"), let value = try? json(text, name),  // else it is text with a brace
      let member = value.members?.first, names.contains(member.name)
    {
      return value
    }
    guard let format = current.members?.first?.name ?? names.first else { return .text(text) }
    return .object([.init(format, .text(text))])
  }

  private static func anything(
    _ text: String, _ name: String, _ current: FieldValue
  ) throws(EditError) -> FieldValue {
    switch current {
    case .integer: return .integer(try whole(text, name))
    case .boolean: return try value(text, .boolean, name: name)
    case .text: return .text(text)
    default: return text.hasPrefix("{") || text.hasPrefix("[") ? try json(text, name) : .text(text)
    }
  }

  private static func json(_ text: String, _ name: String) throws(EditError) -> FieldValue {
    do throws(FormatError) {
      return try FieldValue(json: text)
    } catch {
      throw bad("\(name) is written as JSON: \(error.description)", "put it in single quotes")
    }
  }

  private static func bad(_ message: String, _ help: String) -> EditError {
    EditError(.badValue, message, help: help)
  }

  static func trimmed(_ text: some StringProtocol) -> String {
    var view = text[...]
    while view.first?.isWhitespace == true { view = view.dropFirst() }
    while view.last?.isWhitespace == true { view = view.dropLast() }
    return String(view)
  }
}
