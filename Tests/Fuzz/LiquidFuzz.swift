// Modules: Bytes Diagnostics Machine Formats Liquid
/// libFuzzer entry for Liquid: whatever parses must render within its bounds, twice the same, and an
/// error must leave the renderer as good as new. Built by `scripts/fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLiquid(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = [UInt8](UnsafeBufferPointer(start: start, count: count))
  for mode in [ParserMode.strict2, .strict, .lax] {
    var dialect = Dialect.core
    dialect.mode = mode
    dialect.unknownFilters = mode == .lax ? .passThrough : .fail
    dialect.limits = Limits(
      outputBytes: 1 << 16, loopSteps: 2000, nesting: 50, depth: 20, seconds: 5)
    let partials = ["self": String(decoding: text, as: UTF8.self), "row": "{{ row.title }}"]
    let set = TemplateSet(dialect: dialect, loader: MemoryLoader(partials))
    guard let known = try? set.compile(TemplateSource(name: "known", text: "{{ shop.name }}"))
    else { preconditionFailure("a template that is right parses") }
    guard let program = try? set.compile(TemplateSource(name: "fuzz", text: text)) else { continue }
    for inlineErrors in [false, true] {
      var renderer = Renderer(
        set: set,
        options: RenderOptions(now: Instant(seconds: 1_800_000_000), inlineErrors: inlineErrors))
      let first = fuzzRender(program, &renderer)
      precondition(fuzzRender(known, &renderer) == Array("Maison".utf8), "nothing is left behind")
      precondition(fuzzRender(program, &renderer) == first, "the same inputs, the same bytes")
    }
  }
  return 0
}

private let fuzzData = try? JSON.parse(
  """
  {"shop":{"name":"Maison"},"n":-3,"big":123456789012345678901234567890,"f":1.25,"t":true,"z":null,
  "s":"Carré & <b>Silk</b>","empty":"","date":"2026-02-29T12:00:00+01:00","list":[3,"1",2.5,null,
  {"title":"b"},{"title":"a","price":10}],"products":[{"title":"One","price":42000,"tags":["x"]},
  {"title":"Two","price":null,"tags":[]}],"h":{"a":{"b":{"c":1}},"size":0}}
  """)

/// The output of a render, an error and what came before it included.
private func fuzzRender(_ program: Program, _ renderer: inout Renderer) -> [UInt8] {
  guard let data = fuzzData else { preconditionFailure("the data is valid JSON") }
  var globals = Globals()
  globals.addMembers(of: data.value, isStatic: false)
  var output = ByteBuffer()
  do throws(LiquidError) {
    try renderer.render(program, globals: globals, into: &output)
  } catch {
    output.append(error.message)
  }
  return output.array
}
