import Bytes
import Diagnostics
import Formats
import Liquid
import Machine
import Synchronization
import Testing

@Suite("What a render tells and shares")
struct SharingTests {
  private final class Reads: ReadRecorder, Sendable {
    let keys = Mutex<[String]>([])

    func read(_ tape: Tape, _ key: SymbolID, at cell: Int) {
      keys.withLock { $0.append(Symbols.shared.name(key)) }
    }
  }

  @Test("reads are told, also of members that are not there")
  func reads() throws {
    let reads = Reads()
    let set = TemplateSet(dialect: .core, loader: nil)
    let program = try set.compile(
      TemplateSource(name: "t", text: "{{ p.a }}{{ p.nope }}{% if false %}{{ p.b }}{% endif %}"))
    var renderer = Renderer(
      set: set, options: RenderOptions(now: Instant(seconds: 0), makeRecorder: { reads }))
    var globals = Globals()
    globals.addMembers(of: try JSON.parse(#"{"p":{"a":1,"b":2}}"#).value)
    var buffer = ByteBuffer()
    try renderer.render(program, globals: globals, into: &buffer)
    #expect(reads.keys.withLock { $0 } == ["a", "nope"])
  }

  @Test("the profile counts partials by the line that brings them in")
  func profile() throws {
    let set = TemplateSet(
      dialect: .core, loader: MemoryLoader(["a": "{% include 'b' %}", "b": "x"]))
    let program = try set.compile(
      TemplateSource(
        name: "page", text: "{% render 'b' %}\n{% for i in (1..3) %}{% include 'a' %}{% endfor %}"))
    var renderer = Renderer(
      set: set, options: RenderOptions(now: Instant(seconds: 0), measuresTime: true))
    var buffer = ByteBuffer()
    try renderer.render(program, globals: Globals(), into: &buffer)
    let entries = renderer.profile?.entries ?? []
    let found = Set(entries.map { "\($0.program) from \($0.from):\($0.line) \($0.count)" })
    #expect(found == ["page from :0 1", "b from page:1 1", "a from page:2 3", "b from a:1 3"])
    #expect(entries.allSatisfy { $0.seconds >= $0.ownSeconds && $0.ownSeconds >= 0 })
  }

  @Test("an error tells the includes that led to it")
  func chain() {
    let partials = ["a": "\n\n{% render 'b' %}", "b": "{{ 1 | divided_by: 0 }}"]
    let error = #expect(throws: LiquidError.self) {
      try render("x\n{% include 'a' %}", partials: partials)
    }
    #expect(error?.way == ["test:2", "a:3"])
    #expect(error?.diagnostic.notes == ["included from a:3", "included from test:2"])
    #expect(error?.fullMessage == "Liquid error (b line 1): divided by 0")
  }

  @Test("all templates are parsed and all errors found at once")
  func compileAll() {
    let set = TemplateSet(
      dialect: .core,
      loader: MemoryLoader([
        "a": "{% if %}", "b": "{% render 'c' %}", "c": "{{ x | nope }}", "d": "fine",
      ]))
    let found = set.compileAll(["a", "b", "d"])
    #expect(found.count == 2)
    #expect(Set(found.compactMap(\.location?.file)) == ["a", "c"])
  }

  @Test("many threads render the same programs at once")
  func threads() async throws {
    let set = TemplateSet(
      dialect: .core,
      loader: MemoryLoader(["item": "{{ i | times: n }}{% cycle ',', ';' %}", "late": "{{ n }}"]))
    let program = try set.compile(
      TemplateSource(
        name: "t",
        text: """
          {% for i in (1..40) %}{% include 'item' %}{% endfor %}{% assign p = 'la' | append: 'te' %}\
          {% include p %}
          """))
    func page(_ number: Int64) throws -> String {
      var renderer = Renderer(set: set, options: RenderOptions(now: Instant(seconds: 0)))
      var globals = Globals()
      globals.set("n", .integer(number))
      var buffer = ByteBuffer()
      try renderer.render(program, globals: globals, into: &buffer)
      return buffer.string
    }
    let alone = try (0..<4).map { try page(Int64($0)) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for worker in 0..<4 {
        group.addTask {
          for _ in 0..<50 where try page(Int64(worker)) != alone[worker] { return false }
          return true
        }
      }
      for try await isSame in group { #expect(isSame) }
    }
  }

  @Test("a renderer forgets the page before, also after an error")
  func reuse() throws {
    let set = TemplateSet(dialect: .core, loader: nil)
    let first = try set.compile(
      TemplateSource(
        name: "a",
        text:
          "{% assign x = 1 %}{% increment n %}{% cycle 1, 2 %}{% for i in (1..2) %}{{ 1 | modulo: 0 }}{% endfor %}"
      ))
    let second = try set.compile(
      TemplateSource(name: "b", text: "[{{ x }}{{ n }}{% cycle 1, 2 %}{{ i }}{{ forloop.index }}]"))
    var renderer = Renderer(set: set, options: RenderOptions(now: Instant(seconds: 0)))
    var buffer = ByteBuffer()
    #expect(throws: LiquidError.self) {
      try renderer.render(first, globals: Globals(), into: &buffer)
    }
    var page = ByteBuffer()
    try renderer.render(second, globals: Globals(), into: &page)
    #expect(page.string == "[1]")
  }

  @Test("of a value given before a page's members, with them and after them, the last counts")
  func precedence() throws {
    let set = TemplateSet(dialect: .core, loader: nil)
    let program = try set.compile(
      TemplateSource(name: "a", text: "{{ a }} {{ b }} {{ c }} {{ d }} {{ e }} {{ html }}"))
    func object(_ members: [(String, String)]) -> Tape {
      var builder = TapeBuilder()
      builder.beginObject()
      for (name, text) in members {
        builder.key(name)
        builder.append(text)
      }
      builder.end()
      return builder.finish()
    }
    var globals = Globals()
    for name in ["a", "b", "c", "d", "e"] { globals.set(name, .text("before")) }
    globals.addMembers(of: object([("b", "page"), ("c", "page"), ("d", "page")]).value)
    globals.set("c", .text("after"))
    globals.set("c", .text("after that"))
    globals.set("e", .text("after"))
    globals.addMembers(of: object([("d", "second"), ("e", "second")]).value)
    let kept = Array("<b>".utf8)
    var page = ByteBuffer()
    try kept.withUnsafeBytes { bytes in
      globals.set("html", .keptHTML(Globals.KeptText(bytes)))
      var renderer = Renderer(set: set, options: RenderOptions(now: Instant(seconds: 0)))
      try renderer.render(program, globals: globals, into: &page)
    }
    #expect(page.string == "before page after that second second <b>")
  }
}
