import Bytes
import Formats
import Liquid
import Machine
import Support
import Testing

/// The conformance suite of the language, where it stands beside the checkout.
@Suite("golden-liquid")
struct GoldenLiquidTests {
  static let file = "conformance/liquid/golden_liquid.json"

  struct Outcome {
    var passed = 0
    var failures: [String] = []
  }

  static func run(forcing forced: ParserMode?) throws -> Outcome {
    let bytes = try Files.read("\(SharedFolder.path)/\(file)")
    let tape = try JSON.parse(bytes)
    var outcome = Outcome()
    for test in tape.value["tests"]?.children ?? [] {
      let name = test["name"]?.string ?? ""
      let tags = test["tags"]?.children.compactMap(\.string) ?? []
      let mode: ParserMode =
        forced ?? (tags.contains("strict2") ? .strict2 : tags.contains("strict") ? .strict : .lax)
      let (output, error) = render(test, mode: mode)
      var wanted = test["results"]?.children.compactMap(\.string) ?? []
      if let result = test["result"]?.string { wanted.append(result) }
      let isInvalid = test["invalid"]?.boolean ?? false
      if isInvalid ? error != nil : (error == nil && wanted.contains(output)) {
        outcome.passed += 1
      } else {
        outcome.failures.append(
          "\(name)\n  template: \(test["template"]?.string ?? "")\n  wanted: \(isInvalid ? "an error" : wanted.first ?? "")\n  got: \(error ?? output)"
        )
      }
    }
    return outcome
  }

  static func render(_ test: TapeValue, mode: ParserMode) -> (String, String?) {
    var dialect = Dialect.core
    dialect.mode = mode
    dialect.unknownFilters = .passThrough
    var partials: [String: String] = [:]
    for (name, source) in test["templates"]?.members ?? [] { partials[name] = source.string ?? "" }
    let set = TemplateSet(dialect: dialect, loader: MemoryLoader(partials))
    var buffer = ByteBuffer()
    do throws(LiquidError) {
      let program = try set.compile(
        TemplateSource(name: "test", text: test["template"]?.string ?? ""))
      var renderer = Renderer(set: set, options: RenderOptions(now: SystemTime().now))
      var globals = Globals()
      if let data = test["data"] { globals.addMembers(of: data, isStatic: false) }
      try renderer.render(program, globals: globals, into: &buffer)
      return (buffer.string, nil)
    } catch {
      return (buffer.string, error.fullMessage)
    }
  }

  @Test(
    "every case passes in its own mode",
    .enabled(if: SharedFolder.has(file), Comment(rawValue: SharedFolder.absent)))
  func ownModes() throws {
    let outcome = try Self.run(forcing: nil)
    #expect(outcome.failures.isEmpty, "\(outcome.failures.joined(separator: "\n"))")
    #expect(outcome.passed == 1_054)
  }

  @Test(
    "at least 1,045 cases pass with the strict2 grammar for all",
    .enabled(if: SharedFolder.has(file), Comment(rawValue: SharedFolder.absent)))
  func strict2() throws {
    #expect(try Self.run(forcing: .strict2).passed >= 1_045)
  }
}
