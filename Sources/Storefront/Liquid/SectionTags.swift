import Bytes
import Liquid

/// Tags of sections, their groups and blocks.
///
/// `schema`, `stylesheet` and `javascript` print nothing: the section library reads them once for
/// the whole theme.
enum SectionTags {
  static func add(to dialect: inout Dialect) {
    for name in ["schema", "stylesheet", "javascript"] {
      dialect.addTag(TagDefinition(name, kind: .raw) { _, _ throws(LiquidError) in })
    }
    dialect.addTag(
      TagDefinition("section", kind: .inline) { context, call throws(LiquidError) in
        let name = context.string(of: call.arguments[0])
        guard !name.isEmpty else { throw LiquidError(.argument, "section needs a name") }
        let host = try StorefrontDialect.host(&context)
        try render(name, object: host.theme.sections.section(name), &context)
      })
    dialect.addTag(
      TagDefinition("sections", kind: .inline) { context, call throws(LiquidError) in
        try group(call, &context)
      })
    dialect.addTag(
      TagDefinition("content_for", kind: .inline) { context, call throws(LiquidError) in
        switch context.string(of: call.arguments[0]) {
        case "blocks": try blocks(&context)
        case "block": try block(call, &context)
        default: throw LiquidError(.argument, "content_for knows 'blocks' and 'block'")
        }
      })
  }

  private static let sectionName = Symbols.shared.intern("section")
  private static let blockName = Symbols.shared.intern("block")
  private static let blocksName = Symbols.shared.intern("blocks")
  private static let typeName = Symbols.shared.intern("type")
  private static let idName = Symbols.shared.intern("id")

  /// Renders a section's file, which sees the site's objects and `section`, not the page's
  /// variables.
  private static func render(
    _ name: String, object: Tape?, _ context: inout RenderContext
  ) throws(LiquidError) {
    let program = try context.program(named: "sections/\(name)")
    let value = object.map { context.value($0.value) } ?? .null
    try context.render(program, isolated: true, variables: [(sectionName, value)])
  }

  private static func group(_ call: TagCall, _ context: inout RenderContext) throws(LiquidError) {
    let name = context.string(of: call.arguments[0])
    let library = try StorefrontDialect.host(&context).theme.sections
    guard let sections = library.group(name) else { throw ThemeErrors.noGroup(name, in: library) }
    for section in sections { try render(section.type, object: section.object, &context) }
  }

  // MARK: Blocks

  /// Renders the blocks of the section that is being rendered, each by its file.
  private static func blocks(_ context: inout RenderContext) throws(LiquidError) {
    let section = context.variable(sectionName)
    let list = try context.member(of: section, blocksName)
    for index in 0..<(try context.count(of: list)) {
      let block = try context.element(of: list, at: index)
      let type = context.string(of: try context.member(of: block, typeName))
      try render(block: block, type: type, [], &context)
    }
  }

  private static func block(_ call: TagCall, _ context: inout RenderContext) throws(LiquidError) {
    guard let type = call.arguments.named(typeName).map({ context.string(of: $0) }) else {
      throw LiquidError(.argument, "content_for 'block' needs a type")
    }
    let id = call.arguments.named(idName).map { context.string(of: $0) } ?? type
    var variables: [(SymbolID, Value)] = []
    for index in 0..<call.arguments.namedCount {
      let name = call.arguments.name(at: index)
      guard name != typeName, name != idName else { continue }
      variables.append((name, call.arguments.namedValue(at: index)))
    }
    let tape = try StorefrontDialect.host(&context).theme.sections.block(type, id: id)
    try render(block: context.value(tape.value), type: type, variables, &context)
  }

  private static func render(
    block: Value, type: String, _ others: [(SymbolID, Value)], _ context: inout RenderContext
  ) throws(LiquidError) {
    let program = try context.program(named: "blocks/\(type)")
    let section = context.variable(sectionName)
    try context.render(
      program, isolated: true,
      variables: [(sectionName, section), (blockName, block)] + others)
  }
}
