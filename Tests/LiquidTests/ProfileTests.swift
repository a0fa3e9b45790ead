import Bytes
import Testing

@testable import Liquid

@Suite("A profile")
struct ProfileTests {
  private static let page = """
    {% for i in (1..3) %}
    {% render 'card', n: i %}
    {% endfor %}
    {{ 'x' | upcase }}
    """

  private func profile(_ partials: [String: String], times: Int = 1) throws -> Profile? {
    let set = TemplateSet(dialect: .core, loader: MemoryLoader(partials))
    let program = try set.compile(TemplateSource(name: "page", text: Self.page))
    var renderer = Renderer(
      set: set, options: RenderOptions(now: Instant(seconds: 0), measuresTime: true))
    var buffer = ByteBuffer()
    for _ in 0..<times {
      do { try renderer.render(program, globals: Globals(), into: &buffer) } catch {}
    }
    return renderer.profile
  }

  @Test("says how often each template ran, and from which line of which other")
  func templates() throws {
    let profile = try #require(try profile(["card": "{{ n }}"], times: 2))
    let card = try #require(profile.entries.first { $0.program == "card" })
    #expect(card.count == 6 && card.from == "page" && card.line == 2)
    let page = try #require(profile.templates.first { $0.program == "page" })
    #expect(page.count == 2 && page.seconds >= card.seconds)
    #expect(page.ownSeconds <= page.seconds && page.ownSeconds >= 0)
  }

  @Test("says how often rendering came to each line")
  func lines() throws {
    let profile = try #require(try profile(["card": "\n{{ n }}"]))
    let visits = Dictionary(
      uniqueKeysWithValues: profile.lines.map { ("\($0.program):\($0.line)", $0.count) })
    #expect(visits["card:2"] == 3)
    #expect(visits["page:2"] == 3)
    #expect(visits["page:4"] == 1)
    #expect(visits["page:3"] == nil)
  }

  @Test("of several workers is their sum")
  func merge() throws {
    var one = try #require(try profile(["card": "{{ n }}"]))
    one.merge(try #require(try profile(["card": "{{ n }}"], times: 2)))
    #expect(one.templates.first { $0.program == "card" }?.count == 9)
    #expect(one.lines.filter { $0.program == "card" }.reduce(0) { $0 + $1.count } == 9)
  }

  @Test("counts a template that fails, and stays right after it")
  func failure() throws {
    let profile = try #require(
      try profile(["card": "{% if n == 2 %}{{ 1 | divided_by: 0 }}{% endif %}"], times: 2))
    #expect(profile.templates.first { $0.program == "card" }?.count == 4)
    #expect(profile.templates.first { $0.program == "page" }?.count == 2)
  }
}
