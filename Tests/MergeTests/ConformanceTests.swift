import Bytes
import Contract
import Formats
import Machine
import Merge
import Support
import Testing

/// Cases as they are answered on the command line.
private struct Suite {
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    let value: TapeValue
    var id: String { value["id"]?.string ?? "" }
    var testDescription: String { id }
  }

  static func cases(_ file: String) -> [Case] {
    guard let text = try? Files.readText(file) else { return [] }
    return text.split(separator: "\n").compactMap { line in
      guard let tape = try? JSON.parse(String(line)) else { return nil }
      return Case(line: String(line), value: tape.value)
    }
  }

  /// Our own cases, which are part of the clone.
  static func own(_ name: String) -> [Case] {
    cases("\(SharedFolder.repository)/Tests/Fixtures/merge3/\(name).jsonl")
  }

  static func shared(_ name: String) -> [Case] {
    cases("\(SharedFolder.path)/conformance/merge3/\(name).jsonl")
  }

  static func answer(_ work: Case, _ options: MergeCase.Options = .init()) throws -> TapeValue {
    try JSON.parse(MergeCase.answer(Array(work.line.utf8), options)).value
  }
}

@Suite("The merge3 conformance cases")
struct ConformanceTests {
  private static let expectedNames: [(LineMerge.Style, String)] = [
    (.merge, "merge"), (.diff3, "diff3"), (.zdiff3, "zdiff3"), (.ours, "favor_ours"),
    (.theirs, "favor_theirs"), (.union, "union"),
  ]

  private func checkLines(_ cases: [Suite.Case], count: Int) throws {
    #expect(cases.count == count)
    for work in cases {
      for (style, name) in Self.expectedNames {
        var line = work.line
        if work.value["suite"]?.string == "words" { line = asLines(work) }
        let answer = try JSON.parse(
          MergeCase.answer(Array(line.utf8), .init(style: style))
        ).value
        let expected = work.value["expected"]
        #expect(answer["text"]?.string == expected?[name]?.string, "\(work.id) \(name)")
        if let conflicts = expected?["conflicts"]?[name]?.integer {
          #expect(answer["conflicts"]?.integer == conflicts, "\(work.id) \(name)")
        }
      }
    }
  }

  private func asLines(_ work: Suite.Case) -> String {
    var json = JSONWriter()
    json.beginObject()
    for name in ["id", "labels", "base", "ours", "theirs"] {
      guard let value = work.value[name] else { continue }
      json.key(name)
      json.value(value)
    }
    json.end()
    return json.finish().string
  }

  private func checkWords(_ cases: [Suite.Case], count: Int) throws {
    #expect(cases.count == count)
    for work in cases {
      let answer = try Suite.answer(work)
      let expected = try #require(work.value["expected_words"])
      for name in ["clean", "conflicts", "segments"] {
        #expect(
          answer[name].map(FieldValue.init) == expected[name].map(FieldValue.init),
          "\(work.id) \(name)")
      }
    }
  }

  private func checkFields(_ cases: [Suite.Case], count: Int) throws {
    #expect(cases.count == count)
    for work in cases {
      let answer = try Suite.answer(work)
      let expected = try #require(work.value["expected"])
      for name in ["merged", "conflicts", "auto", "confirm", "push"] {
        #expect(
          answer[name].map(FieldValue.init) == expected[name].map(FieldValue.init),
          "\(work.id) \(name)")
      }
    }
  }

  @Test("our own line cases: the bytes of git merge-file, in every style")
  func ownLines() throws { try checkLines(Suite.own("lines-own"), count: 16) }

  @Test("our own prose cases by lines: the bytes of git merge-file, in every style")
  func ownProseByLines() throws { try checkLines(Suite.own("words-own"), count: 26) }

  @Test("our own prose cases by words: the tokens of T1")
  func ownWords() throws { try checkWords(Suite.own("words-own"), count: 26) }

  @Test("our own records: merged, conflicts, rules, confirmations and what is pushed")
  func ownFields() throws { try checkFields(Suite.own("fields-own"), count: 27) }

  @Test(
    "all 152 cases of the shared folder",
    .enabled(if: SharedFolder.has("conformance/merge3"), "\(SharedFolder.absent)"))
  func shared() throws {
    try checkLines(Suite.shared("lines-upstream"), count: 83)
    try checkLines(Suite.shared("lines-own"), count: 16)
    try checkLines(Suite.shared("words-own"), count: 26)
    try checkWords(Suite.shared("words-own"), count: 26)
    try checkFields(Suite.shared("fields-own"), count: 27)
  }

  @Test("prose cases by blocks: every word that one side inserted is in the text or in a conflict")
  func prose() throws {
    let cases = Suite.own("words-own")
    #expect(cases.count == 26)
    for work in cases {
      let texts = try ["base", "ours", "theirs"].map { try #require(work.value[$0]?.string) }
      let result = ProseMerge.merge(base: texts[0], mine: texts[1], shop: texts[2])
      Loss.check(texts, result.segments, work.id)
    }
  }
}
