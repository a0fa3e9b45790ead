import Bytes
import Liquid
import Locales

/// `format_address`: an address as the post of its country wants it.
enum AddressFilters {
  static func add(to dialect: inout Dialect) {
    dialect.addFilter("format_address", arity: 0...0) { context, input, _ throws(LiquidError) in
      guard !input.isNull else { return .null }
      let locale = (context.host as? PageHost)?.view.locale ?? "en"
      let lines = try Address(input, &context).lines(locale: locale)
      return try context.build(safe: true) { buffer in
        buffer.append("<p>")
        for (index, line) in lines.enumerated() {
          if index > 0 { buffer.append("<br>") }
          buffer.append(escapingMarkup: line)
        }
        buffer.append("</p>")
      }
    }
  }

  private struct Address {
    private var parts: [String: String] = [:]

    init(_ input: Value, _ context: inout RenderContext) throws(LiquidError) {
      let names = [
        "name", "first_name", "last_name", "company", "address1", "address2", "city", "province",
        "province_code", "zip", "country", "country_code",
      ]
      for name in names {
        let value = try context.member(of: input, Symbols.shared.intern(name))
        if !value.isNull { parts[name] = context.string(of: value) }
      }
    }

    private func part(_ names: String...) -> String {
      names.lazy.compactMap { parts[$0] }.first { !$0.isEmpty } ?? ""
    }

    private static func joined(_ parts: [String], _ separator: String = " ") -> String {
      parts.filter { !$0.isEmpty }.joined(separator: separator)
    }

    /// The lines from the person to the country; empty ones are left out.
    func lines(locale: String) -> [String] {
      let code = part("country_code").uppercased()
      let person = part("name")
      let name = person.isEmpty ? Self.joined([part("first_name"), part("last_name")]) : person
      let head = [name, part("company"), part("address1"), part("address2")]
      var country = part("country")
      if country.isEmpty, !code.isEmpty { country = CountryNames.name(of: code, in: locale) }
      return (head + place(code) + [country]).filter { !$0.isEmpty }
    }

    /// City, province and postal code in the order of the country.
    private func place(_ code: String) -> [String] {
      let (city, zip) = (part("city"), part("zip"))
      let province = part("province_code", "province")
      switch code {
      case "US", "CA", "AU":
        return [Self.joined([Self.joined([city, province], code == "US" ? ", " : " "), zip])]
      case "GB", "IE", "NZ", "HK", "SG", "IN": return [city, part("province"), zip]
      case "JP":
        return [zip.isEmpty ? "" : "〒\(zip)", Self.joined([part("province"), city])]
      case "IT", "ES": return [Self.joined([zip, city, province.isEmpty ? "" : "(\(province))"])]
      case "BR", "MX": return [Self.joined([zip, Self.joined([city, province], ", ")])]
      default: return [Self.joined([zip, city]), part("province")]
      }
    }
  }
}
