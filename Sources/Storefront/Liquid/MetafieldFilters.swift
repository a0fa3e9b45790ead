import Bytes
import Formats
import Liquid
import Locales

/// Filters that write a merchant's own fields by what they hold.
enum MetafieldFilters {
  static func add(to dialect: inout Dialect) {
    dialect.addFilter("metafield_tag", arity: 0...0) {
      context, input, arguments throws(LiquidError) in
      guard let field = try Field(input, &context) else { return .null }
      var element = HTMLElement(field.elementName)
      element.set("class", "metafield-\(field.className)")
      switch field.kind {
      case .date: element.set("datetime", field.value.string ?? "")
      case .url: element.set("href", field.value.string ?? "")
      case .json: element.set("type", "application/json")
      default: break
      }
      element.set(arguments, &context)
      let host = try StorefrontDialect.host(&context)
      return try context.build(safe: true) { buffer in
        element.append(to: &buffer)
        field.appendInside(host, to: &buffer)
        buffer.append("</\(field.elementName)>")
      }
    }
    dialect.addFilter("metafield_text", arity: 0...0) {
      context, input, _ throws(LiquidError) in
      guard let field = try Field(input, &context) else { return .null }
      let host = try StorefrontDialect.host(&context)
      return try context.build { field.appendText(host, to: &$0) }
    }
  }

  private static let typeName = Symbols.shared.intern("type")
  private static let valueName = Symbols.shared.intern("value")

  /// A field with what it holds.
  private struct Field {
    let kind: MetafieldKind
    let value: TapeValue

    /// Reads what templates see of a field, `{type, value}`; nil where there is none.
    init?(_ input: Value, _ context: inout RenderContext) throws(LiquidError) {
      guard !input.isNull else { return nil }
      guard let object = context.tapeValue(of: input), let value = object["value"] else {
        throw LiquidError(
          .argument, "metafield_tag and metafield_text need a metafield",
          help: "write product.metafields.namespace.key, without .value")
      }
      guard value.kind != .null else { return nil }
      self.value = value
      kind =
        object["type"]?.string.flatMap(MetafieldKind.init(rawValue:)) ?? MetafieldKind(value)
    }

    var elementName: String {
      switch kind {
      case .date: "time"
      case .url: "a"
      case .list: "ul"
      case .json: "script"
      default: "span"
      }
    }

    var className: String {
      kind == .list ? "\(MetafieldKind.line.rawValue)-array" : kind.rawValue
    }

    func appendInside(_ host: PageHost, to buffer: inout ByteBuffer) {
      switch kind {
      case .list:
        for item in value.children {
          buffer.append("<li class=\"metafield-\(MetafieldKind.line.rawValue)\">")
          buffer.append(escapingMarkup: item.string ?? "")
          buffer.append("</li>")
        }
      case .json:
        var json = ScriptJSON()
        json.value(value)
        buffer.append(json.finish())
      case .text:
        let lines = (value.string ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
          if index > 0 { buffer.append("<br>") }
          buffer.append(escapingMarkup: String(line))
        }
      default:
        var text = ByteBuffer(capacity: 64)
        appendText(host, to: &text)
        text.withBytes { buffer.append(escapingMarkup: $0) }
      }
    }

    func appendText(_ host: PageHost, to buffer: inout ByteBuffer) {
      switch kind {
      case .list:
        buffer.append(value.children.compactMap(\.string).joined(separator: ", "))
      case .money:
        let currency = value["currency"]?.string ?? ""
        MoneyFormat(locale: host.view.locale, currency: currency)
          .append(value["amount"]?.integer ?? 0, into: &buffer)
      case .date:
        if let day = value.string.flatMap(CivilDate.init) {
          host.theme.dates.append(day, .long, into: &buffer)
        }
      case .json: JSON.write(value, into: &buffer)
      default:
        if let text = value.string { buffer.append(text) } else { JSON.write(value, into: &buffer) }
      }
    }
  }
}
