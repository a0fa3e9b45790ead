import Bytes
import Contract
import Diagnostics
import HTTPServer

/// The query of a request: every name is known and given once, or the request is refused.
struct Parameters {
  private let values: [String: String]

  init(_ request: Request, allowed: [String]) throws(Problem) {
    guard let items = request.query else {
      throw Problem(
        .malformedRequest, "The query has a malformed escape or is not UTF-8.")
    }
    var values: [String: String] = [:]
    for item in items {
      guard allowed.contains(item.name) else {
        throw Problem(
          .unknownParameter, Self.unknown(item.name, allowed),
          errors: [
            .init(
              pointer: "", code: "unknown-parameter", message: "there is no such parameter",
              params: ["parameter": item.name])
          ])
      }
      guard values.updateValue(item.value, forKey: item.name) == nil else {
        throw Self.invalid(item.name, "it is given twice")
      }
    }
    self.values = values
  }

  private static func unknown(_ name: String, _ allowed: [String]) -> String {
    if let near = Suggestion.nearest(to: name, among: allowed) {
      return "There is no parameter \(name) here; did you mean \(near)?"
    }
    return allowed.isEmpty
      ? "There is no parameter \(name) here; this request takes none."
      : "There is no parameter \(name) here; there are \(allowed.joined(separator: ", "))."
  }

  static func invalid(_ name: String, _ reason: String) -> Problem {
    Problem(
      .invalidParameter, "The parameter \(name) is not valid: \(reason).",
      errors: [
        .init(
          pointer: "", code: "invalid-parameter", message: reason, params: ["parameter": name])
      ])
  }

  subscript(name: String) -> String? { values[name] }

  func integer(_ name: String, _ range: ClosedRange<Int>) throws(Problem) -> Int? {
    guard let text = values[name] else { return nil }
    let isPlain = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard isPlain, let number = Int(text), range.contains(number) else {
      throw Self.invalid(
        name, "a whole number from \(range.lowerBound) to \(range.upperBound) is needed")
    }
    return number
  }

  func limit() throws(Problem) -> Int {
    try integer("limit", 1...ContractVersion.largestPageSize) ?? ContractVersion.defaultPageSize
  }

  func instant(_ name: String) throws(Problem) -> Instant? {
    guard let text = values[name] else { return nil }
    guard let instant = Instant(rfc3339: text) else {
      throw Self.invalid(name, "an RFC 3339 time such as 2026-11-24T09:00:00Z is needed")
    }
    return instant
  }

  /// The words of a list with commas.
  func words(_ name: String) throws(Problem) -> [String]? {
    guard let text = values[name] else { return nil }
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard words.allSatisfy({ !$0.isEmpty }), Set(words).count == words.count else {
      throw Self.invalid(name, "different words with commas between them are needed")
    }
    return words
  }

  /// The types of a list with commas, in the order of all types; each must be readable.
  func types(_ name: String, of caller: Caller) throws(Problem) -> [ResourceType]? {
    guard let words = try words(name) else { return nil }
    var types: [ResourceType] = []
    for word in words {
      guard let type = ResourceType(rawValue: word) else {
        throw Self.invalid(name, "there is no type \(word)")
      }
      try caller.require(type.readScope)
      types.append(type)
    }
    return types.sorted()
  }
}

extension Caller {
  /// Refuses what the token may not do.
  func require(_ scope: Scope) throws(Problem) {
    if !scopes.contains(scope) {
      throw Problem(
        .missingScope, "The token lacks the scope \(scope.rawValue).",
        errors: [
          .init(
            pointer: "", code: "missing-scope", message: "this scope is needed",
            params: ["scope": scope.rawValue])
        ])
    }
  }
}
