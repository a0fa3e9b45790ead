import Bytes
import Diagnostics
import Formats
import Liquid
import Machine
import Testing

/// Renders with a dialect of its own; output and warnings.
private func rendered(
  _ template: String, _ data: String = "{}", dialect: Dialect, partials: [String: String] = [:],
  name: String = "page.html"
) throws -> (output: String, warnings: [Diagnostic]) {
  let set = TemplateSet(dialect: dialect, loader: MemoryLoader(partials))
  let program = try set.compile(TemplateSource(name: name, text: template))
  var renderer = Renderer(set: set, options: RenderOptions(now: Instant(seconds: 0)))
  var globals = Globals()
  globals.addMembers(of: try JSON.parse(data).value)
  globals.set("html", .html("<b>"))
  var buffer = ByteBuffer()
  try renderer.render(program, globals: globals, into: &buffer)
  return (buffer.string, renderer.warnings)
}

private func dialect(_ change: (inout Dialect) -> Void) -> Dialect {
  var dialect = Dialect.core
  change(&dialect)
  return dialect
}

@Suite("Undefined variables")
struct UndefinedTests {
  static let data = #"{"product":{"title":"T","tags":["a"]},"empty":null}"#

  @Test("are nothing where the dialect does not mind")
  func ignored() throws {
    let (output, warnings) = try rendered("[{{ nope.x }}]", dialect: .core)
    #expect(output == "[]")
    #expect(warnings.isEmpty)
  }

  @Test(
    "are named with their whole path",
    arguments: [
      ("{{ nope }}", "nope"), ("{{ product.nope }}", "product.nope"),
      ("{{ product.nope.x }}", "product.nope"), ("{{ product['nope'] }}", "product.nope"),
      ("{{ product.tags[3] }}", "product.tags[3]"), ("{{ nope.a.b }}", "nope.a"),
      ("{% for x in nope %}{% endfor %}", "nope"), ("{{ 'a' | append: nope }}", "nope"),
      ("{% assign x = nope %}", "nope"), ("{{ product[product.title] }}", "product[product.title]"),
    ])
  func paths(template: String, path: String) {
    let error = #expect(throws: LiquidError.self) {
      try rendered(template, Self.data, dialect: dialect { $0.undefined = .fail })
    }
    #expect(error?.message == "undefined variable \(path)")
    #expect(error?.kind == .undefinedVariable)
  }

  @Test(
    "may be asked for without an error where that is the sense of it",
    arguments: [
      "{{ nope | default: 'x' }}", "{% if nope %}{% endif %}", "{% unless nope %}{% endunless %}",
      "{% if nope == 1 and nope.x != nil %}{% endif %}", "{% case nope %}{% when 1 %}{% endcase %}",
      "{{ empty }}", "{{ product.tags.size }}", "{{ product.title.size }}",
    ])
  func exempt(template: String) throws {
    let (_, warnings) = try rendered(
      template, Self.data, dialect: dialect { $0.undefined = .fail })
    #expect(warnings.isEmpty)
  }

  @Test("suggest the name that was probably meant")
  func suggestion() {
    let error = #expect(throws: LiquidError.self) {
      try rendered(
        "{{ prodcut.title }}{{ product }}", Self.data, dialect: dialect { $0.undefined = .fail })
    }
    #expect(error?.diagnostic.help == "did you mean 'product'?")
    #expect(error?.message == "undefined variable prodcut.title")
  }

  @Test("suggest nothing where the way begins with what was computed")
  func computed() {
    let error = #expect(throws: LiquidError.self) {
      try rendered(
        "{% assign p = 'a' %}{{ product[product.tags[0]] }}", Self.data,
        dialect: dialect { $0.undefined = .fail })
    }
    #expect(error?.diagnostic.help == nil)
  }

  @Test("are warnings with a place where the dialect says so, one for each path")
  func warnings() throws {
    let (output, warnings) = try rendered(
      "a\n{{ nope.a.b }}{{ product.nope }}", Self.data, dialect: dialect { $0.undefined = .warn })
    #expect(output == "a\n")
    #expect(
      warnings.map(\.message) == ["undefined variable nope.a", "undefined variable product.nope"])
    #expect(warnings.allSatisfy { $0.severity == .warning && $0.location?.line == 2 })
  }
}

@Suite("Escaping")
struct EscapeTests {
  static func output(_ template: String, name: String = "page.html") throws -> String {
    try rendered(
      template, #"{"a":"<a href='x'>&\"","l":["<",1],"h":{"k":"<"}}"#,
      dialect: dialect { $0.escapesMarkup = { $0.hasSuffix(".html") } }, name: name
    ).output
  }

  @Test(
    "outputs are escaped unless they are safe",
    arguments: [
      ("{{ a }}", "&lt;a href=&#39;x&#39;&gt;&amp;&quot;"), ("{{ a | raw }}", "<a href='x'>&\""),
      ("{{ html }}", "<b>"), ("{{ a | escape }}", "&lt;a href=&#39;x&#39;&gt;&amp;&quot;"),
      (
        "{{ a | escape | upcase }}", "&amp;LT;A HREF=&amp;#39;X&amp;#39;&amp;GT;&amp;AMP;&amp;QUOT;"
      ),
      ("{{ l }}", "&lt;1"), ("{{ h }}", "{&quot;k&quot;=&gt;&quot;&lt;&quot;}"),
      ("{{ 1 }}{{ true }}", "1true"),
      ("{% capture c %}<i>{{ l[0] }}{% endcapture %}{{ c | raw }}", "<i>&lt;"),
      ("{% echo a | slice: 0 %}", "&lt;"), ("{{ nil | raw }}", ""), ("{{ 5 | raw }}", "5"),
      ("<{{ 'x' }}>", "<x>"),
    ])
  func escaped(template: String, expected: String) throws {
    #expect(try Self.output(template) == expected)
  }

  @Test("templates of other names are not escaped")
  func other() throws {
    #expect(try Self.output("{{ a }}", name: "page.txt") == "<a href='x'>&\"")
  }
}

@Suite("Limits")
struct LimitTests {
  static func error(
    _ template: String, partials: [String: String] = [:], _ limits: Limits
  ) -> LiquidError? {
    #expect(throws: LiquidError.self) {
      try rendered(template, dialect: dialect { $0.limits = limits }, partials: partials)
    }
  }

  @Test("output that grows too long")
  func output() {
    let error = Self.error(
      "{% for i in (1..1000) %}0123456789{% endfor %}", Limits(outputBytes: 500))
    #expect(error?.message == "Memory limits exceeded")
    #expect(error?.template == "page.html")
  }

  @Test("values that grow too long, though nothing is printed")
  func values() {
    let error = Self.error(
      "{% assign s = '0123456789' %}{% for i in (1..100) %}{% assign s = s | append: s %}{% endfor %}",
      Limits(outputBytes: 10_000))
    #expect(error?.kind == .memory)
  }

  @Test("replacements and joins that grow too long")
  func filters() {
    let long = "{% assign s = 'aaaaaaaaaaaaaaaaaaaa' %}"
    #expect(
      Self.error(
        long + "{{ s | replace: 'a', s | replace: 'a', s | replace: 'a', s }}",
        Limits(outputBytes: 1_000))?.kind == .memory)
    #expect(
      Self.error(long + "{{ (1..1000) | join: s }}", Limits(outputBytes: 1_000))?.kind == .memory)
  }

  @Test("loops that take too many steps, also nested and in partials")
  func steps() {
    let nested = "{% for i in (1..100) %}{% for j in (1..100) %}{% endfor %}{% endfor %}"
    #expect(Self.error(nested, Limits(loopSteps: 1_000))?.kind == .memory)
    let partial = Self.error(
      "{% for i in (1..100) %}{% include 'p' %}{% endfor %}",
      partials: ["p": "{% for j in (1..100) %}{% endfor %}"], Limits(loopSteps: 1_000))
    #expect(partial?.template == "p")
    #expect(partial?.way == ["page.html:1"])
    #expect(Self.error("{{ (1..99999999999) | join }}", Limits(loopSteps: 1_000))?.kind == .memory)
  }

  @Test("blocks that nest too deep are found when parsing")
  func nesting() {
    let deep = String(repeating: "{% if 1 %}", count: 20)
    let error = Self.error(deep + String(repeating: "{% endif %}", count: 20), Limits(nesting: 10))
    #expect(error?.message == "Nesting too deep")
    #expect(error?.kind == .stackLevel)
  }

  @Test("includes that include themselves name the way")
  func depth() {
    let error = Self.error(
      "{% include 'a' %}", partials: ["a": "\n{% include 'a' %}"], Limits(depth: 5))
    #expect(error?.message == "Nesting too deep")
    #expect(error?.template == "a")
    #expect(error?.way.first == "page.html:1")
    #expect(error?.way.last == "a:2")
  }

  @Test("time that runs out")
  func time() {
    let error = Self.error("{% for i in (1..100000) %}{{ i }}{% endfor %}", Limits(seconds: 0))
    #expect(error?.message == "Time limit exceeded")
  }

  @Test("numbers that grow without end")
  func numbers() {
    let error = Self.error(
      "{% assign n = 99999999999 %}{% for i in (1..40) %}{% assign n = n | times: n %}{% endfor %}",
      Limits())
    #expect(error?.kind == .memory)
  }

  @Test("a bound without end does not overflow")
  func unbounded() throws {
    let (output, _) = try rendered(
      "{% for i in (1..3) %}{{ i | plus: 1 }}{% endfor %}",
      dialect: dialect {
        $0.limits = Limits(outputBytes: .max, loopSteps: .max, seconds: .infinity)
      })
    #expect(output == "234")
  }
}
