import Bytes
import Formats
import Liquid
import Testing

/// Renders a template with data written as JSON.
func render(
  _ template: String, _ data: String = "{}", partials: [String: String] = [:],
  mode: ParserMode = .strict2, inlineErrors: Bool = false
) throws -> String {
  var dialect = Dialect.core
  dialect.mode = mode
  dialect.unknownFilters = .passThrough
  let set = TemplateSet(dialect: dialect, loader: MemoryLoader(partials))
  let program = try set.compile(TemplateSource(name: "test", text: template))
  var renderer = Renderer(
    set: set,
    options: RenderOptions(now: Instant(seconds: 1_800_000_000), inlineErrors: inlineErrors))
  var globals = Globals()
  globals.addMembers(of: try JSON.parse(data).value, isStatic: false)
  var buffer = ByteBuffer()
  try renderer.render(program, globals: globals, into: &buffer)
  return buffer.string
}
