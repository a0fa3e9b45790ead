import Bytes
import Diagnostics
import Formats
import Liquid

/// Tags that shop themes use beyond core Liquid.
///
/// `layout` and `schema` print nothing: who renders a page reads them from the program.
enum StorefrontTags {
  static func add(to dialect: inout Dialect) {
    dialect.addTag(TagDefinition("layout", kind: .inline) { _, _ throws(LiquidError) in })
    dialect.addTag(TagDefinition("schema", kind: .raw) { _, _ throws(LiquidError) in })
    dialect.addTag(
      TagDefinition("style", kind: .block) { context, call throws(LiquidError) in
        context.output.append("<style>")
        try call.renderBody(&context)
        context.output.append("</style>")
      })
    for (name, element) in [("stylesheet", "style"), ("javascript", "script")] {
      dialect.addTag(
        TagDefinition(name, kind: .raw) { context, call throws(LiquidError) in
          context.output.append("<\(element)>")
          context.output.append(call.rawBody)
          context.output.append("</\(element)>")
        })
    }
    dialect.addTag(
      TagDefinition("section", kind: .inline) { context, call throws(LiquidError) in
        try section(call, &context)
      })
    dialect.addTag(
      TagDefinition("paginate", kind: .block, keywords: ["by"]) {
        context, call throws(LiquidError) in
        try paginate(call, &context)
      })
  }

  private static let sectionName = Symbols.shared.intern("section")
  private static let paginateName = Symbols.shared.intern("paginate")

  /// Renders a section's file, which sees the site's objects and `section`, not the page's
  /// variables.
  private static func section(_ call: TagCall, _ context: inout RenderContext)
    throws(LiquidError)
  {
    let name = context.string(of: call.arguments[0])
    guard !name.isEmpty else { throw LiquidError(.argument, "section needs a name") }
    let program = try context.program(named: "sections/\(name)")
    let object = context.value(try settings(of: program, named: name).value)
    try context.render(program, isolated: true, variables: [(sectionName, object)])
  }

  /// What a section knows of itself: its id and the defaults of its settings.
  private static func settings(of program: Program, named name: String) throws(LiquidError) -> Tape
  {
    var builder = TapeBuilder()
    builder.beginObject()
    builder.member("id", name)
    builder.key("settings")
    builder.beginObject()
    if let schema = program.tags.first(where: { $0.name == "schema" }) {
      let parsed: Tape
      do { parsed = try JSON.parse(schema.rawBody) } catch {
        throw LiquidError(
          .syntax, "the schema of section '\(name)' is no JSON: \(error.message)")
      }
      for setting in parsed.value["settings"]?.children ?? [] {
        guard let id = setting["id"]?.string, let value = setting["default"] else { continue }
        builder.key(id)
        builder.append(value)
      }
    }
    builder.end()
    builder.key("blocks")
    builder.beginArray()
    builder.end()
    builder.end()
    return builder.finish()
  }

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
