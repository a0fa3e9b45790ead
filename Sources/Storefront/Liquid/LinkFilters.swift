import Bytes
import Liquid

/// Filters that write links.
enum LinkFilters {
  static func add(to dialect: inout Dialect) {
    dialect.addFilter("link_to", arity: 1...2) { context, input, arguments throws(LiquidError) in
      let text = context.string(of: input)
      var link = HTMLElement("a")
      link.set("href", context.string(of: arguments[0]))
      let title = arguments.count > 1 ? context.string(of: arguments[1]) : ""
      if !title.isEmpty { link.set("title", title) }
      link.set(arguments, &context)
      let isMarkup = input.isSafe
      return try context.build(safe: true) { buffer in
        // What is HTML already, such as a picture, is a link's content as it is.
        if isMarkup {
          link.append(to: &buffer)
          buffer.append(text)
          buffer.append("</a>")
        } else {
          link.append(text: text, to: &buffer)
        }
      }
    }
    dialect.addFilter("within", arity: 1...1) { _, input, _ throws(LiquidError) in input }
    dialect.addFilter("default_pagination", arity: 0...0) {
      context, input, arguments throws(LiquidError) in
      let host = try StorefrontDialect.host(&context)
      guard let paging = host.page.paging, paging.pageCount > 1 else { return context.text("") }
      let row = PageLinks(
        paging: paging,
        previous: arguments.named(previousName).map { context.string(of: $0) } ?? "«",
        next: arguments.named(nextName).map { context.string(of: $0) } ?? "»",
        anchor: arguments.named(anchorName).map { "#\(context.string(of: $0))" } ?? "")
      return try context.build(safe: true) { row.append(to: &$0) }
    }
  }

  private static let previousName = Symbols.shared.intern("previous")
  private static let nextName = Symbols.shared.intern("next")
  private static let anchorName = Symbols.shared.intern("anchor")

  /// The row of links to the pages of a listing.
  private struct PageLinks {
    let paging: Paging
    let previous: String
    let next: String
    let anchor: String

    func append(to buffer: inout ByteBuffer) {
      if let url = paging.previous { link("prev", url, previous, &buffer) }
      for part in paging.parts {
        if let number = part, number != paging.page, let url = paging.url(of: number) {
          link("page", url, "\(number)", &buffer)
        } else if let number = part {
          buffer.append("<span class=\"page current\" aria-current=\"page\">\(number)</span> ")
        } else {
          buffer.append("<span class=\"deco\">…</span> ")
        }
      }
      if let url = paging.next { link("next", url, next, &buffer) }
    }

    private func link(_ kind: String, _ url: String, _ text: String, _ buffer: inout ByteBuffer) {
      var link = HTMLElement("a")
      if kind != "page" { link.set("rel", kind) }
      link.set("href", url + anchor)
      buffer.append("<span class=\"\(kind)\">")
      link.append(text: text, to: &buffer)
      buffer.append("</span> ")
    }
  }
}
