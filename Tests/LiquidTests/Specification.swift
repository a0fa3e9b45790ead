import Liquid
import Testing

/// A template with its data and what it renders.
struct Specification: Sendable, CustomTestStringConvertible {
  let name: String
  let template: String
  let data: String
  let expected: String

  init(_ name: String, _ template: String, _ expected: String, _ data: String = "{}") {
    self.name = name
    self.template = template
    self.data = data
    self.expected = expected
  }

  var testDescription: String { name }

  /// Renders the template and compares.
  func check(
    partials: [String: String] = [:], inlineErrors: Bool = false,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let output = try render(template, data, partials: partials, inlineErrors: inlineErrors)
    #expect(output == expected, "\(name): \(template)", sourceLocation: location)
  }
}

extension LiquidError {
  /// The includes that led to the error, as `template:line`.
  var way: [String] { chain.map { "\($0.template):\($0.line)" } }
}
