import Bytes
import Liquid

/// Filters that write links.
enum LinkFilters {
  static func add(to dialect: inout Dialect) {
    dialect.addFilter("link_to", arity: 1...2) { context, input, arguments throws(LiquidError) in
      let text = context.string(of: input)
      let url = context.string(of: arguments[0])
      let title = arguments.count > 1 ? context.string(of: arguments[1]) : ""
      var attributes: [(String, String)] = title.isEmpty ? [] : [("title", title)]
      for index in 0..<arguments.namedCount {
        attributes.append(
          (
            Symbols.shared.name(arguments.name(at: index)),
            context.string(of: arguments.namedValue(at: index))
          ))
      }
      return try context.build(safe: true) { buffer in
        buffer.append("<a href=\"")
        buffer.append(escapingMarkup: url)
        buffer.append("\"")
        for (name, value) in attributes {
          buffer.append(" \(name)=\"")
          buffer.append(escapingMarkup: value)
          buffer.append("\"")
        }
        buffer.append(">")
        buffer.append(escapingMarkup: text)
        buffer.append("</a>")
      }
    }
    dialect.addFilter("within", arity: 1...1) { _, input, _ throws(LiquidError) in input }
    dialect.addFilter("default_pagination", arity: 0...0) {
      context, input, _ throws(LiquidError) in
      let host = try StorefrontDialect.host(&context)
      guard let paging = host.page.paging, paging.pageCount > 1 else { return context.text("") }
      return try context.build(safe: true) { pagination(paging, &$0) }
    }
  }

  private static func pagination(_ paging: Paging, _ buffer: inout ByteBuffer) {
    func link(_ rel: String, _ url: String, _ text: String, _ buffer: inout ByteBuffer) {
      buffer.append("<span class=\"\(rel)\"><a rel=\"\(rel)\" href=\"")
      buffer.append(escapingMarkup: url)
      buffer.append("\">\(text)</a></span> ")
    }
    if let previous = paging.previous { link("prev", previous, "«", &buffer) }
    for part in paging.parts {
      if let number = part, number != paging.page {
        buffer.append("<span class=\"page\"><a href=\"")
        buffer.append(escapingMarkup: paging.urls[number - 1])
        buffer.append("\">\(number)</a></span> ")
      } else if let number = part {
        buffer.append("<span class=\"page current\" aria-current=\"page\">\(number)</span> ")
      } else {
        buffer.append("<span class=\"deco\">…</span> ")
      }
    }
    if let next = paging.next { link("next", next, "»", &buffer) }
  }
}
