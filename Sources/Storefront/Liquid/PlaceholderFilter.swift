import Bytes
import Liquid

/// `placeholder_svg_tag`: plain drawings of this project's own, for where a picture is still to come.
enum PlaceholderFilter {
  static func add(to dialect: inout Dialect) {
    dialect.addFilter("placeholder_svg_tag", arity: 0...1) {
      context, input, arguments throws(LiquidError) in
      let name = context.string(of: input)
      var svg = HTMLElement("svg")
      svg.set("class", arguments.count > 0 ? context.string(of: arguments[0]) : "placeholder-svg")
      svg.set("xmlns", "http://www.w3.org/2000/svg")
      svg.set("viewBox", "0 0 100 100")
      svg.set("aria-hidden", "true")
      svg.set(arguments, &context)
      return try context.build(safe: true) { buffer in
        svg.append(to: &buffer)
        buffer.append("<rect width=\"100\" height=\"100\" fill=\"currentColor\" opacity=\".08\"/>")
        buffer.append(drawing(of: name))
        buffer.append("</svg>")
      }
    }
  }

  /// A parcel for products, a grid for collections, a landscape for all else.
  private static func drawing(of name: String) -> StaticString {
    if name.hasPrefix("product") {
      return """
        <path d="M25 40 50 28l25 12v30L50 82 25 70Zm0 0 25 12 25-12M50 52v30" fill="none" \
        stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>
        """
    }
    if name.hasPrefix("collection") {
      return """
        <path d="M26 26h20v20H26Zm28 0h20v20H54ZM26 54h20v20H26Zm28 0h20v20H54Z" fill="none" \
        stroke="currentColor" stroke-width="2"/>
        """
    }
    return """
      <path d="m20 74 20-28 14 18 10-12 16 22Z" fill="none" stroke="currentColor" \
      stroke-width="2" stroke-linejoin="round"/><circle cx="66" cy="32" r="7" fill="none" \
      stroke="currentColor" stroke-width="2"/>
      """
  }
}
