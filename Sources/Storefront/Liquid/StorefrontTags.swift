import Bytes
import Diagnostics
import Liquid

/// Tags that shop themes use beyond core Liquid, besides those of sections and forms.
enum StorefrontTags {
  static func add(to dialect: inout Dialect) {
    // Who renders a page reads its layout from the program.
    dialect.addTag(
      TagDefinition("layout", kind: .inline, keywords: ["none"]) { _, _ throws(LiquidError) in })
    dialect.addTag(
      TagDefinition("style", kind: .block) { context, call throws(LiquidError) in
        context.output.append("<style>")
        try call.renderBody(&context)
        context.output.append("</style>")
      })
    dialect.addTag(
      TagDefinition("paginate", kind: .block, keywords: ["by"]) {
        context, call throws(LiquidError) in
        try paginate(call, &context)
      })
  }

  private static let paginateName = Symbols.shared.intern("paginate")

  /// Gives its body the page's `paginate`. The list is cut by the plan, which makes a file of each
  /// page, so the number given here must be the storefront's page size.
  private static func paginate(_ call: TagCall, _ context: inout RenderContext)
    throws(LiquidError)
  {
    let host = try StorefrontDialect.host(&context)
    guard let paging = host.page.paging else {
      throw LiquidError(.argument, "paginate works on the pages of a collection")
    }
    let wanted = try context.integer(of: call.arguments[1])
    if wanted != Int64(paging.pageSize) {
      context.warn(
        Diagnostic(
          "theme.page-size", .warning,
          "paginate asks for \(wanted) entries a page, the storefront has \(paging.pageSize)",
          help: "set `page_size: \(wanted)` in the storefront's settings"))
    }
    var builder = TapeBuilder()
    builder.append(paging)
    try context.pushScope()
    context.set(paginateName, context.value(builder.finish().value))
    try call.renderBody(&context)
    context.popScope()
  }
}
